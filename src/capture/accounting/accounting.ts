import { threadTimeNs } from '../../../native/libc.ts';
import { CALL, RESET } from '../../abi/life.ts';
import type { Machine } from '../../machine/machine.ts';
import { Pace } from '../../machine/pace.ts';
import type { SocketWire } from '../ledger/books.ts';
import type { Socket } from '../ledger/socket.ts';
import type { DatagramFlow } from '../records/datagram-flow.ts';
import { CLOSE } from '../records/states.ts';
import { Elsewhere } from '../sweep/elsewhere.ts';
import type { Sockets } from './sockets.ts';

/** Going through all open files takes at most a fiftieth of the time. */
const FILES_PAUSE = 50;
/** 100,000 flows take some 40 ms to read: then they are read every four seconds. */
const FLOWS_EVERY_NS = 2e9;
const FLOWS_PAUSE = 100;
const RESETS_PER_DRAIN = 100_000;
/** The ring of last records has room for 12,000. */
const MANY_CLOSINGS = 1000;
const NOWHERE: ReadonlySet<number> = new Set();

/** Reads sockets from the kernel, and tells of them over the wire. */
export class Accounting {
  private readonly elsewhere: Elsewhere | null;
  private filesNs = 0;
  /** Of the sweep of files before the last one that a tick has not settled yet; else the same. */
  private filesBeforeNs = 0;
  private readonly files = new Pace(FILES_PAUSE);
  private readonly flows = new Pace(FLOWS_PAUSE, FLOWS_EVERY_NS);
  /** Flows of sockets that the next sweep shows, or that are gone. */
  private old: DatagramFlow[] = [];
  private closings = 0;

  /** `known`: the sockets that are open, by cookie. */
  constructor(
    readonly sockets: Sockets,
    private readonly wire: SocketWire,
    private readonly known: ReadonlyMap<number, Pick<Socket, 'protocol' | 'netns'>>,
    private readonly machine: Machine,
  ) {
    const { visitor } = sockets;
    this.elsewhere = visitor && new Elsewhere(visitor, wire, known, threadTimeNs);
  }

  /** nettop's own network namespace. */
  get own(): number {
    return this.machine.ownNetns();
  }

  /** nettop's own network namespace, and the others that can be entered. */
  list(): number[] {
    return [this.machine.ownNetns(), ...(this.elsewhere?.known() ?? [])];
  }

  /** What `act` gives in a network namespace; null: it is not known, or cannot be entered. */
  within<T>(netns: number, act: () => T): T | null {
    if (netns === this.machine.ownNetns()) return act();
    return this.elsewhere?.within(netns, act) ?? null;
  }

  /**
   * In parts, between which rings may be drained. `last`: nothing is left for a later tick; what has less than
   * `enough` seconds has no rate.
   */
  *tick(nowNs: number, last = false, enough = 0): Generator<void> {
    const { known, sockets, wire } = this;
    wire.begin(nowNs, enough);
    this.drain();
    wire.expire(nowNs);
    if (this.areFlowsDue(nowNs) && !this.flows.isLong) this.readFlows(nowNs);
    if (last || (this.files.isDue(nowNs) && !this.files.isLong)) this.sweepFiles(nowNs);
    if (this.elsewhere) yield* this.elsewhere.tick(nowNs, this.filesBeforeNs, last);
    wire.sweep(this.machine.nowNs());
    yield* sockets.sweeps.sweep(nowNs, last, (socket) => wire.see(socket));
    sockets.heard.read(this.machine.nowNs(), (...message) => wire.heard(...message));
    wire.counts(nowNs);
    this.forget();
    wire.end(this.elsewhere?.standing ?? NOWHERE);
    for (const flow of this.old) if (!known.has(flow.cookie)) sockets.forgetFlow(flow);
    this.old = [];
    this.filesBeforeNs = this.filesNs;
  }

  /** Between two ticks: one thing that is due and takes too long to be done in a tick. */
  survey(nowNs: number): void {
    if (this.areFlowsDue(nowNs) && this.flows.isLong) this.readFlows(nowNs);
    else if (this.files.isDue(nowNs) && this.files.isLong) this.sweepFiles(nowNs);
  }

  /** Where the end of a socket is seen, its flow goes with it. */
  private areFlowsDue(nowNs: number): boolean {
    return !this.sockets.seeReleases && this.flows.isDue(nowNs);
  }

  /** Before the sweep: what the sweep then does not show is gone. */
  private readFlows(nowNs: number): void {
    this.old = this.flows.run(nowNs, () => this.sockets.datagramFlows());
  }

  /** Before the sweep, so that it finds the owners. Where there are very many open files, less often. */
  private sweepFiles(nowNs: number): void {
    const seconds = this.filesNs ? Math.max(1e-6, (nowNs - this.filesNs) / 1e9) : undefined;
    this.files.run(nowNs, () => this.sockets.sweeps.sweepFiles((socket) => this.wire.see(socket, seconds)));
    this.filesBeforeNs = this.filesNs;
    this.filesNs = nowNs;
    this.elsewhere?.update();
  }

  private forget(): void {
    const { elsewhere, sockets, wire } = this;
    sockets.sweeps.forget((cookie) =>
      elsewhere ? elsewhere.miss(cookie, this.filesBeforeNs) : wire.gone(cookie),
    );
    elsewhere?.settle((cookie) => sockets.sweeps.hasFile(cookie));
  }

  /**
   * Between ticks, so that the ring of last records does not fill. Resets are read first: one that comes
   * after its connection's last record then never waits for it.
   */
  drain(): void {
    const { sockets, wire } = this;
    const resets: { cookie: number; reason: number }[] = [];
    if (!sockets.lives.areEventsTold)
      sockets.lives.drain((event) => {
        const { call, cookie, reset, reason, state } = event;
        if (call !== CALL.none) sockets.lives.failedCall?.(event);
        else if (reset === RESET.sent && state === CLOSE) resets.push({ cookie, reason });
      }, RESETS_PER_DRAIN);
    this.closings = 0;
    wire.drain();
    sockets.drainClosed((socket, closing) => {
      this.closings++;
      wire.closed(socket, closing);
    });
    for (const { cookie, reason } of resets) wire.reset(cookie, reason);
  }

  /** `evicted`: closed connections that are not kept for long enough. */
  warnings(evicted: number): string[] {
    const { usageBytes, closedSockets, releasedSockets, undivided, skippedCalls, skippedUses, farEndBytes } =
      this.sockets.lost();
    const found = this.sockets.warnings();
    if (usageBytes > 0)
      found.push(`${usageBytes} bytes of UDP, ICMP and raw sockets could not be kept by process`);
    if (farEndBytes > 0) found.push(`${farEndBytes} bytes of UDP sockets are shown without their far end`);
    if (skippedCalls > 0)
      found.push(
        `the kernel skipped up to ${skippedCalls} calls on sockets: bytes of UDP, ICMP and raw sockets among them are missing`,
      );
    if (skippedUses > 0)
      found.push(
        `${skippedUses} ownership checks were skipped by the kernel; bytes of TCP connections shared by processes may be credited to the wrong one`,
      );
    if (undivided > 0)
      found.push(
        `${undivided} shared connections could not be split; their bytes are credited to the last user`,
      );
    if (closedSockets > 0) found.push(`last bytes of ${closedSockets} closed connections were lost`);
    found.push(...this.sockets.lives.warnings());
    if (releasedSockets > 0) found.push(`${releasedSockets} closed UDP, ICMP and raw sockets are not shown`);
    if (evicted > 0) found.push(`${evicted} closed connections were forgotten within a minute`);
    found.push(...(this.sockets.visitor?.warnings() ?? []));
    return found;
  }

  /** So many connections close that their last records are to be read again soon. */
  get isBusy(): boolean {
    return this.closings > MANY_CLOSINGS;
  }
}
