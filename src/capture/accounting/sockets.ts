import type { Btf } from '../../../native/btf.ts';
import { jiffiesPerSecond } from '../../../native/libc.ts';
import type { BpfObject, Link } from '../../../native/object.ts';
import { Ring } from '../../../native/ring.ts';
import { tryKind } from '../../attach/allowed.ts';
import { attachAll, type Loaded, loadObject, skippedRuns } from '../../attach/objects.ts';
import { ownNetns } from '../../machine/interfaces.ts';
import { type DatagramFlow, flowReader } from '../records/datagram-flow.ts';
import { type Closing, closingReader } from '../records/life-record.ts';
import { RecordLayout, SocketRecord } from '../records/socket-record.ts';
import { type Usage, usageReader } from '../records/usage-record.ts';
import { SWEEPS, Sweeps } from '../sweep/sweeps.ts';
import { newVisitor, VISIT, type Visitor } from '../sweep/visitor.ts';
import { attachAttempts, attemptHooks } from './attempts.ts';
import { FAR_END_HOOKS, FarEndMap } from './far-end-map.ts';
import { lastLooks, prepareUses, type UsageHooks, usageHooks } from './hooks.ts';
import { KernelPeople } from './kernel-people.ts';
import { acceptHooks, EVENT_HOOKS, errorHooks, Lives, prepareLives, RESET_HOOKS } from './lives.ts';
import { type Losses, readLosses } from './losses.ts';
import { attachReleases, RELEASE_HOOKS } from './releases.ts';
import { dropHooks, prepareSynDrops, SynDrops } from './syn-drops.ts';

const HOOKS = ['on_rename', ...RESET_HOOKS];
const REQUIRED = new Set(['on_state', 'on_destroy', 'sweep_tcp']);
const CLOSED_PER_DRAIN = 100_000;

/** Records that the accounting side could not keep where they belong, since nettop started. */
export interface AccountingLoss {
  usageBytes: number;
  closedSockets: number;
  /** Sockets without states that closed and are not shown. */
  releasedSockets: number;
  /** TCP connections that were not divided between the processes that use them. */
  undivided: number;
  /** Calls that the kernel did not run the programs for, as they ran on that CPU: at most so many, of any kind of socket. */
  skippedCalls: number;
  /** The same for reads from and writes to TCP sockets. */
  skippedUses: number;
  /** Bytes of datagrams that are counted without their far end. */
  farEndBytes: number;
}

/** The accounting programs: sockets swept, owners learned, last records of sockets that closed. */
export class Sockets {
  readonly loaded: Loaded;
  readonly sweeps: Sweeps;
  readonly lives: Lives;
  readonly synDrops: SynDrops;
  private readonly uses = usageHooks();
  private readonly looks: Record<'calls' | 'streams', string[]>;
  /** Sockets go by their cookies; before Linux 5.12 by their addresses. */
  readonly haveCookies = tryKind('cookie') === null;
  readonly people: KernelPeople;
  /** null: the kernel refused its program. */
  readonly visitor: Visitor | null;
  readonly farEnds: FarEndMap;
  /** Whether sockets without states are seen when they close. */
  readonly seeReleases: boolean;
  private readonly links: Link[];
  private readonly ring: Ring;
  private readonly record: SocketRecord;
  private readonly readClosing: (view: DataView, base: number) => Closing;
  private readonly readUsage: (key: Buffer, value: Buffer) => Usage;
  private readonly readFlow: (key: Buffer, value: Buffer) => DatagramFlow | null;
  private overflowed = 0;

  /** `eventBytes`: size of the ring of events, a power of two and a multiple of the page. */
  constructor(eventBytes: number, verbose?: (line: string) => void) {
    const { calls, streams } = this.uses;
    const attempts = attemptHooks();
    const hooks = standingHooks(this.uses);
    this.loaded = loadObject({
      name: 'accounting',
      programs: [...hooks, ...attempts, ...FAR_END_HOOKS, ...RELEASE_HOOKS, ...EVENT_HOOKS, ...SWEEPS, VISIT],
      required: REQUIRED,
      prepare: (object, btf) => {
        setKnobs(object, btf, this.haveCookies);
        prepareUses(object, btf, this.uses);
        prepareLives(object, btf, eventBytes);
        prepareSynDrops(object, btf);
      },
      verbose,
    });
    this.farEnds = new FarEndMap(this.loaded);
    const releases = attachReleases(this.loaded);
    this.seeReleases = releases !== null;
    this.links = [
      ...(releases ?? []),
      ...attachAll(this.loaded, hooks).values(),
      ...attachAttempts(this.loaded, attempts).values(),
    ];
    this.looks = { calls: lastLooks(this.loaded, calls), streams: lastLooks(this.loaded, streams) };
    const layout = new RecordLayout(this.loaded.btf, jiffiesPerSecond());
    this.sweeps = new Sweeps(this.loaded, layout);
    this.visitor = newVisitor(this.loaded, layout);
    const closed = this.loaded.object.map('closed');
    this.ring = new Ring(closed.fd, closed.maxEntries);
    this.people = new KernelPeople(this.loaded);
    this.record = new SocketRecord(layout);
    this.readClosing = closingReader(this.loaded.btf);
    this.lives = new Lives(this.loaded);
    this.synDrops = new SynDrops(this.loaded.object.map('syn_drops'), this.loaded.btf);
    this.readUsage = usageReader(this.loaded.btf);
    this.readFlow = flowReader(this.loaded.btf, ownNetns());
  }

  /** What could not be done, as sentences. */
  warnings(): string[] {
    const refused = [...this.loaded.refused].map(([program, reason]) => `${program}: ${reason}`);
    return [...refused, ...this.farEnds.warnings()];
  }

  /** Visits the last records of sockets that closed. */
  drainClosed(visit: (socket: SocketRecord, closing: Closing) => void): void {
    const { memory } = this.ring;
    const read = (offset: number) =>
      visit(this.record.point(memory, offset), this.readClosing(memory.view, offset));
    // None finds the ring full without others being in it.
    const found = this.ring.drain(read, CLOSED_PER_DRAIN);
    if (found > 0 && this.counters().closed_full > this.overflowed) this.drainOverflow(visit);
  }

  usages(visit: (usage: Usage) => void): void {
    this.loaded.object.map('usages').forEach((key, value) => {
      visit(this.readUsage(key, value));
    });
  }

  /** Takes an entry out of the kernel's map; its last value, null when it is gone. */
  takeUsage(usage: Usage): Usage | null {
    const key = Buffer.alloc(16);
    key.writeBigUInt64LE(BigInt(usage.cookie), 0);
    key.writeUInt32LE(usage.pid, 8);
    key.writeUInt32LE(usage.protocol, 12);
    const value = this.loaded.object.map('usages').take(key);
    return value && this.readUsage(key, value);
  }

  /** Flows of this namespace's UDP sockets, as they stand in the kernel's map. */
  datagramFlows(): DatagramFlow[] {
    const found: DatagramFlow[] = [];
    this.loaded.object.map('flows').forEach((key, value) => {
      const flow = this.readFlow(key, value);
      if (flow) found.push(flow);
    });
    return found;
  }

  /**
   * A datagram socket's end has no hook: without this the next socket at its port would be taken for
   * it until it is used.
   */
  forgetFlow({ key, cookie }: DatagramFlow): void {
    const { object } = this.loaded;
    const owner = Buffer.alloc(8);
    owner.writeBigUInt64LE(BigInt(cookie));
    object.map('flows').remove(key);
    object.map('owners').remove(owner);
  }

  lost(): AccountingLoss {
    const {
      usage_full,
      closed_lost,
      streams_full,
      far_ends_full: farEndBytes,
      released_lost,
    } = this.counters();
    const [usageBytes, closedSockets, undivided] = [usage_full, closed_lost, streams_full];
    const releasedSockets = released_lost;
    const skippedCalls = skippedRuns(this.loaded, this.looks.calls);
    const skippedUses = skippedRuns(this.loaded, this.looks.streams);
    return { usageBytes, closedSockets, releasedSockets, undivided, farEndBytes, skippedCalls, skippedUses };
  }

  stop(): void {
    this.farEnds.stop();
    for (const link of this.links) link.destroy();
    this.sweeps.stop();
    this.visitor?.close();
    this.ring.close();
    this.lives.stop();
    this.people.close();
    this.loaded.object.close();
  }

  /** Records that found no room in the ring wait in a map. */
  private drainOverflow(visit: (socket: SocketRecord, closing: Closing) => void): void {
    const map = this.loaded.object.map('closed_overflow');
    const taken: Buffer[] = [];
    map.forEach((key, value) => {
      const view = new DataView(value.buffer, value.byteOffset, value.length);
      visit(this.record.point({ view }, 0), this.readClosing(view, 0));
      taken.push(Buffer.from(key));
    });
    for (const key of taken) map.remove(key);
    this.overflowed += taken.length;
  }

  private counters(): Losses {
    return readLosses(this.loaded.object.map('losses'));
  }
}

/** Programs that stand all the time, those on the cgroup apart. */
function standingHooks({ states, calls, streams, again }: UsageHooks): string[] {
  const others = [...dropHooks(), ...errorHooks(), ...acceptHooks()];
  return [...states, ...HOOKS, ...others, ...calls, ...streams, ...again];
}

function setKnobs(object: BpfObject, btf: Btf, haveCookies: boolean): void {
  const netns = Buffer.alloc(4);
  netns.writeUInt32LE(ownNetns());
  object.setReadOnlyData([
    { offset: btf.variable('.rodata', 'own_netns'), bytes: netns },
    { offset: btf.variable('.rodata', 'has_socket_cookie'), bytes: Uint8Array.of(haveCookies ? 1 : 0) },
  ]);
}
