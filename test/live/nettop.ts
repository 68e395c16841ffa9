import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { lineProblem } from '../fixtures/json-schema.ts';
import type {
  AlertLine,
  ConnectionLine,
  DropLine,
  EventLine,
  EventTotalsLine,
  GroupLine,
  InterfaceLine,
  Line,
  ListenerLine,
  NotToldLine,
  PacketLine,
  ProcessLine,
  RequestLine,
  RequestTotalsLine,
  ServiceLine,
  SummaryLine,
  TrafficLine,
} from './rows.ts';
import { cli, Started, startChild } from './started.ts';

export { cli };

/** Lines of each type that are held against its schema. */
const CHECKED = 500;

let refusal: string | undefined;

/** Why the whole of nettop cannot run here; '' where it can. */
function whyNot(): string {
  if (process.getuid?.() !== 0) return 'not root';
  const { status, stdout } = spawnSync(process.execPath, [cli, 'doctor'], { encoding: 'utf8' });
  return status === 0 ? '' : `nettop cannot run here: ${/MISSING.*/.exec(stdout)?.[0]}`;
}

/** The body of a test that needs the kernel to allow nettop, and maybe tools; it is skipped with the reason without. */
export function live(
  body: (t: TestContext) => Promise<void>,
  tools: readonly string[] = [],
): (t: TestContext) => Promise<void> {
  return async (t) => {
    refusal ??= whyNot();
    const absent = tools.find((tool) => spawnSync('which', [tool]).status !== 0);
    const reason = refusal || (absent && `${absent} is not installed`);
    if (reason) return t.skip(reason);
    await body(t);
  };
}

/** nettop with its lines as they come. */
export class Nettop extends Started {
  readonly packets: PacketLine[] = [];
  readonly processes: ProcessLine[] = [];
  readonly connections: ConnectionLine[] = [];
  readonly groups: GroupLine[] = [];
  readonly drops: DropLine[] = [];
  readonly events: EventLine[] = [];
  readonly notTold: NotToldLine[] = [];
  eventTotals: EventTotalsLine | undefined;
  readonly requests: RequestLine[] = [];
  requestTotals: RequestTotalsLine | undefined;
  readonly services: ServiceLine[] = [];
  readonly traffic: TrafficLine[] = [];
  trafficNotCounted = 0;
  readonly listeners: ListenerLine[] = [];
  readonly alerts: AlertLine[] = [];
  readonly interfaces: InterfaceLine[] = [];
  summary: SummaryLine | undefined;
  private rest = '';
  /** Lines of each type. */
  private readonly counts = new Map<string, number>();
  private problem = '';

  constructor(child: ChildProcess) {
    super(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
  }

  /** The newest line of a process, once there is one. */
  process(pid: number): Promise<ProcessLine> {
    return this.until(`a line of process ${pid}`, () => this.processes.findLast((line) => line.pid === pid));
  }

  /** Ends it as Ctrl-C does and resolves with its summary. `errors`: what it has told beside its output. */
  async end(errors = ''): Promise<SummaryLine> {
    this.signal('SIGINT');
    return this.ended(errors);
  }

  /** Resolves when it has ended by itself. */
  async ended(errors = ''): Promise<SummaryLine> {
    const code = await this.exited;
    assert.deepEqual({ code, errors: this.errors }, { code: 0, errors });
    assert.equal(this.problem, '', 'lines are as docs/schema says');
    assert.ok(this.summary, 'a summary comes last');
    return this.summary;
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      this.check(line);
      this.keep(line);
    }
  }

  /** The first lines of each type, as a trace has very many. */
  private check(line: Line): void {
    const count = (this.counts.get(line.type) ?? 0) + 1;
    this.counts.set(line.type, count);
    if (count <= CHECKED) this.problem ||= lineProblem(line);
  }

  private keep(line: Line): void {
    if (line.type === 'packet') this.packets.push(line);
    else if (line.type === 'process') this.processes.push(line);
    else if (line.type === 'connection') this.connections.push(line);
    else if (line.type === 'traffic') this.traffic.push(line);
    else if (line.type === 'trafficNotCounted') this.trafficNotCounted = line.packets;
    else if ('by' in line) this.groups.push(line);
    else if (line.type === 'interface') this.interfaces.push(line);
    else if (line.type === 'event') this.events.push(line);
    else if (line.type === 'eventTotals') this.eventTotals = line;
    else if (line.type === 'notTold') this.notTold.push(line);
    else if (line.type === 'request') this.requests.push(line);
    else if (line.type === 'requestTotals') this.requestTotals = line;
    else if (line.type === 'service') this.services.push(line);
    else if (line.type === 'listener') this.listeners.push(line);
    else if (line.type === 'alert') this.alerts.push(line);
    else if (line.type === 'drop') this.drops.push(line);
    else this.summary = line;
  }
}

/** Starts the built nettop; `within` is a command that it runs under, such as `ip netns exec NAME`. */
export function startNettop(t: TestContext, args: readonly string[], within: readonly string[] = []): Nettop {
  return new Nettop(startChild(t, args, within));
}
