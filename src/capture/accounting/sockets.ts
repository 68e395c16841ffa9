import type { Codec } from '../../../native/codec.ts';
import { u32Bytes, u64Bytes, viewOf } from '../../../native/fields.ts';
import { setKnobs } from '../../../native/knobs.ts';
import { jiffiesPerSecond } from '../../../native/libc.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import { codecOf } from '../../abi/layout.ts';
import { USAGE_KEY } from '../../abi/packet.ts';
import { attachAll, type Loaded, loadObject, skippedRuns } from '../../attach/objects.ts';
import type { RunningKernel } from '../../attach/running-kernel.ts';
import type { Machine } from '../../machine/machine.ts';
import { type DatagramFlow, flowReader } from '../records/datagram-flow.ts';
import { type Closing, closingReader } from '../records/life-record.ts';
import { RecordLayout, SocketRecord } from '../records/socket-record.ts';
import { type Usage, usageReader } from '../records/usage-record.ts';
import { Sweeps } from '../sweep/sweeps.ts';
import { newVisitor, type Visitor } from '../sweep/visitor.ts';
import { attachAttempts, attemptHooks } from './attempts.ts';
import { FarEndMap } from './far-end-map.ts';
import { FaultMap } from './fault-map.ts';
import { frameHooks, HeardMap } from './heard-map.ts';
import { lastLooks, prepareUses, type UsageHooks, usageHooks } from './hooks.ts';
import { KernelPeople } from './kernel-people.ts';
import { Lives, prepareLives } from './lives.ts';
import { LossCounts } from './losses.ts';
import { lastingHooks, otherPrograms, REQUIRED_PROGRAMS } from './programs.ts';
import { attachReleases } from './releases.ts';
import { makeRoom } from './room.ts';
import { dropHooks, prepareDrops, SynDropMap } from './syn-drops.ts';

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
  readonly synDrops: SynDropMap;
  readonly faults: FaultMap;
  readonly heard: HeardMap;
  private readonly uses: UsageHooks;
  private readonly looks: Record<'calls' | 'streams', string[]>;
  /** Sockets go by their cookies; before Linux 5.12 by their addresses. */
  readonly haveCookies: boolean;
  readonly people: KernelPeople;
  /** null: the kernel refused its program. */
  readonly visitor: Visitor | null;
  readonly farEnds: FarEndMap;
  /** Whether sockets without states are seen when they close. */
  readonly seeReleases: boolean;
  private readonly links: Link[];
  private readonly losses: LossCounts;
  private readonly ring: Ring;
  private readonly record: SocketRecord;
  private readonly readClosing: (view: DataView, base: number) => Closing;
  private readonly usageKey: Codec<typeof USAGE_KEY.fields>;
  private readonly readUsage: (key: Buffer, value: Buffer) => Usage;
  private readonly readFlow: (key: Buffer, value: Buffer) => DatagramFlow | null;
  private overflowed = 0;

  /** `eventBytes`: size of the ring of events, a power of two and a multiple of the page. */
  constructor(eventBytes: number, machine: Machine, kernel: RunningKernel, verbose?: (line: string) => void) {
    this.uses = usageHooks(kernel);
    this.haveCookies = kernel.refusal('cookie') === null;
    const { calls, streams } = this.uses;
    const attempts = attemptHooks(kernel);
    const hooks = lastingHooks(this.uses, kernel);
    this.loaded = loadObject({
      name: 'accounting',
      programs: [...hooks, ...attempts, ...otherPrograms(kernel)],
      required: REQUIRED_PROGRAMS,
      prepare: (object, btf) => {
        setKnobs(object, btf, { own_netns: machine.ownNetns(), has_socket_cookie: this.haveCookies });
        makeRoom(object);
        prepareUses(object, btf, this.uses);
        prepareLives(object, btf, kernel.types, eventBytes);
        prepareDrops(object, btf, kernel.types, machine);
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
    this.losses = new LossCounts(this.loaded);
    const layout = new RecordLayout(this.loaded.btf, jiffiesPerSecond());
    this.sweeps = new Sweeps(this.loaded, layout);
    this.visitor = newVisitor(this.loaded, layout);
    this.ring = ringOf(this.loaded.object.map('closed'));
    this.people = new KernelPeople(this.loaded);
    this.record = new SocketRecord(layout);
    this.readClosing = closingReader(this.loaded.btf);
    this.lives = new Lives(this.loaded, frameHooks(kernel));
    this.heard = new HeardMap(this.loaded, frameHooks(kernel));
    this.synDrops = new SynDropMap(this.loaded.object.map('syn_drops'), this.loaded.btf, machine);
    this.faults = new FaultMap(this.loaded, dropHooks(kernel.types));
    this.usageKey = codecOf(this.loaded.btf, USAGE_KEY);
    this.readUsage = usageReader(this.loaded.btf);
    this.readFlow = flowReader(this.loaded.btf, machine.ownNetns());
  }

  /** What could not be done, as sentences. */
  warnings(): string[] {
    const refused = [...this.loaded.refused].map(([program, reason]) => `${program}: ${reason}`);
    return [...refused, ...this.farEnds.warnings()];
  }

  /** When processes read is noted in a map of struct progress, by cookie, where that is there; null: no more. */
  noteReads(progress: BpfMap | null): void {
    const followed = this.loaded.object.map('followed');
    if (progress) followed.write(0, u32Bytes(progress.fd));
    else followed.remove(u32Bytes(0));
  }

  /** Visits the last records of sockets that closed. */
  drainClosed(visit: (socket: SocketRecord, closing: Closing) => void): void {
    const { memory } = this.ring;
    const read = (offset: number) =>
      visit(this.record.point(memory, offset), this.readClosing(memory.view, offset));
    // None finds the ring full without others being in it.
    const found = this.ring.drain(read, CLOSED_PER_DRAIN);
    if (found > 0 && this.losses.read().closed_full > this.overflowed) this.drainOverflow(visit);
  }

  usages(visit: (usage: Usage) => void): void {
    this.loaded.object.map('usages').forEach((key, value) => {
      visit(this.readUsage(key, value));
    });
  }

  /** Takes an entry out of the kernel's map; its last value, null when it is gone. */
  takeUsage(usage: Usage): Usage | null {
    const { cookie, pid, protocol, life = 0 } = usage;
    const key = this.usageKey.bytes({ cookie, pid, protocol, life });
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
    object.map('flows').remove(key);
    object.map('owners').remove(u64Bytes(cookie));
  }

  lost(): AccountingLoss {
    const {
      usage_full,
      closed_lost,
      streams_full,
      far_ends_full: farEndBytes,
      released_lost,
    } = this.losses.read();
    const [usageBytes, closedSockets, undivided] = [usage_full, closed_lost, streams_full];
    const releasedSockets = released_lost;
    const skippedCalls = skippedRuns(this.loaded, this.looks.calls);
    const skippedUses = skippedRuns(this.loaded, this.looks.streams);
    return { usageBytes, closedSockets, releasedSockets, undivided, farEndBytes, skippedCalls, skippedUses };
  }

  stop(): void {
    this.farEnds.stop();
    this.heard.stop();
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
      const view = viewOf(value);
      visit(this.record.point({ view }, 0), this.readClosing(view, 0));
      taken.push(Buffer.from(key));
    });
    for (const key of taken) map.remove(key);
    this.overflowed += taken.length;
  }
}

const ringOf = ({ fd, maxEntries }: BpfMap): Ring => new Ring(fd, maxEntries);
