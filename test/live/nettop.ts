import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { root } from '../fixtures/tool.ts';
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
import { until } from './until.ts';

export const cli = `${root}dist/cli.js`;

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
export class Nettop {
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
  readonly exited: Promise<number | string>;
  summary: SummaryLine | undefined;
  private errors = '';
  private rest = '';
  private code: number | string | null = null;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.code = code ?? signal ?? 'gone';
        resolve(this.code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** As until(); fails at once when nettop has ended. */
  until<T>(
    what: string,
    ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
    ms?: number,
  ): Promise<T> {
    return until(
      what,
      async () => {
        const answer = await ask();
        if (!answer && this.code !== null)
          throw new Error(`nettop ended (${this.code}) before: ${what}\n${this.errors}`);
        return answer;
      },
      ms,
    );
  }

  /** The newest line of a process, once there is one. */
  process(pid: number): Promise<ProcessLine> {
    return this.until(`a line of process ${pid}`, () => this.processes.findLast((line) => line.pid === pid));
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
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
    assert.ok(this.summary, 'a summary comes last');
    return this.summary;
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.keep(JSON.parse(line) as Line);
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
  const [command = '', ...rest] = [...within, process.execPath, cli, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return new Nettop(child);
}
