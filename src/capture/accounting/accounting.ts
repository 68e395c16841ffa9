import { threadTimeNs } from '../../../native/libc.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import { ownNetns } from '../../machine/interfaces.ts';
import { Pace } from '../../machine/pace.ts';
import { sanitize } from '../../text/text.ts';
import { attempt, isAttempt } from '../ledger/attempt.ts';
import { resetReasons } from '../ledger/ending.ts';
import { Endings } from '../ledger/endings.ts';
import { FarEnds } from '../ledger/far-ends.ts';
import { Ledger } from '../ledger/ledger.ts';
import { RouteRefusals } from '../ledger/route-refusals.ts';
import { Usages } from '../ledger/usages.ts';
import type { DatagramFlow } from '../records/datagram-flow.ts';
import { RESET_SENT } from '../records/life-record.ts';
import { CLOSE } from '../records/states.ts';
import { Elsewhere } from '../sweep/elsewhere.ts';
import { complete } from '../sweep/work.ts';
import { Releases } from './releases.ts';
import type { Sockets } from './sockets.ts';

/** Going through all open files takes at most a fiftieth of the time. */
const FILES_PAUSE = 50;
/** 100,000 flows take some 40 ms to read: then they are read every four seconds. */
const FLOWS_EVERY_NS = 2e9;
const FLOWS_PAUSE = 100;
const RESETS_PER_DRAIN = 100_000;
/** The ring of last records has room for 12,000. */
const MANY_CLOSINGS = 1000;

/** Fills the ledger from the kernel, once a tick. */
export class Accounting {
  readonly endings = new Endings(resetReasons);
  private readonly releases = new Releases(this.endings);
  readonly ledger = new Ledger(sanitize, (cookie) => this.endings.find(String(cookie)));
  readonly routes = new RouteRefusals((netns, act) => this.within(netns, act));
  private readonly elsewhere: Elsewhere | null;
  private readonly ownNetns = ownNetns();
  private filesNs = 0;
  /** Of the sweep of files before the last one that a tick has not settled yet; else the same. */
  private filesBeforeNs = 0;
  private readonly files = new Pace(FILES_PAUSE);
  private readonly flows = new Pace(FLOWS_PAUSE, FLOWS_EVERY_NS);
  /** Flows of sockets that the next sweep shows, or that are gone. */
  private old: DatagramFlow[] = [];
  private closings = 0;
  private readonly usages: Usages;
  private readonly farEnds: FarEnds;

  /** The first look at the sockets that are older than nettop: what they moved before does not count. */
  constructor(
    readonly sockets: Sockets,
    private readonly nowNs: () => number,
  ) {
    const { visitor } = sockets;
    this.elsewhere = visitor && new Elsewhere(visitor, this.ledger, threadTimeNs);
    this.farEnds = new FarEnds(sockets.farEnds, this.ledger);
    this.usages = new Usages(sockets, this.ledger);
    complete(this.tick(nowNs()));
    this.ledger.people.resetTotals(); // what was counted before that look has no time that it is over
  }

  /** nettop's own network namespace, and the others that can be entered. */
  namespaces(): number[] {
    return [this.ownNetns, ...(this.elsewhere?.known() ?? [])];
  }

  /** What `act` gives in a network namespace; null: it is not known, or cannot be entered. */
  within<T>(netns: number, act: () => T): T | null {
    if (netns === this.ownNetns) return act();
    return this.elsewhere?.within(netns, act) ?? null;
  }

  /**
   * In parts, between which rings may be drained. `last`: nothing is left for a later tick; what has less than
   * `enough` seconds has no rate.
   */
  *tick(nowNs: number, last = false, enough = 0): Generator<void> {
    const { ledger, sockets } = this;
    ledger.begin(nowNs, enough);
    this.drain();
    this.endings.expire(nowNs);
    if (this.areFlowsDue(nowNs) && !this.flows.isLong) this.readFlows(nowNs);
    if (last || (this.files.isDue(nowNs) && !this.files.isLong)) this.sweepFiles(nowNs);
    if (this.elsewhere) yield* this.elsewhere.tick(nowNs, this.filesBeforeNs, last);
    ledger.clock.until(this.nowNs());
    yield* sockets.sweeps.sweep((socket) => ledger.see(socket));
    this.usages.take(nowNs);
    this.farEnds.take(nowNs);
    this.releases.settle();
    this.forget();
    ledger.end(this.elsewhere?.standing);
    for (const flow of this.old) if (!ledger.sockets.has(flow.cookie)) sockets.forgetFlow(flow);
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
    this.files.run(nowNs, () => this.sockets.sweeps.sweepFiles((socket) => this.ledger.see(socket, seconds)));
    this.filesBeforeNs = this.filesNs;
    this.filesNs = nowNs;
    this.elsewhere?.update();
  }

  private forget(): void {
    const { elsewhere, ledger, sockets } = this;
    sockets.sweeps.forget((cookie) =>
      elsewhere ? elsewhere.miss(cookie, this.filesBeforeNs) : ledger.gone(cookie),
    );
    elsewhere?.settle((cookie) => sockets.sweeps.hasFile(cookie));
  }

  /**
   * Between ticks, so that the ring of last records does not fill. Resets are read first: one that comes
   * after its connection's last record then never waits for it.
   */
  drain(): void {
    const { sockets, ledger, endings } = this;
    const resets: { cookie: number; reason: number }[] = [];
    if (!sockets.lives.areEventsTold)
      sockets.lives.drain(({ cookie, reset, reason, state }) => {
        if (reset === RESET_SENT && state === CLOSE) resets.push({ cookie, reason });
      }, RESETS_PER_DRAIN);
    this.closings = 0;
    this.routes.forget();
    sockets.drainClosed((socket, closing) => {
      this.closings++;
      if (isAttempt(closing)) endings.add(attempt(socket, ledger.people), closing, this.routes.of(socket));
      else if (socket.protocol === PROTOCOLS.tcp) endings.add(ledger.close(socket), closing);
      else this.releases.add(ledger.close(socket), closing);
    });
    for (const { cookie, reason } of resets) endings.reset(cookie, reason);
  }

  warnings(): string[] {
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
        `the kernel skipped ${skippedUses} looks at who uses a TCP connection: of one that processes share, bytes may be at another of them`,
      );
    if (undivided > 0)
      found.push(`${undivided} connections of several processes are counted for the last of them alone`);
    if (closedSockets > 0) found.push(`last bytes of ${closedSockets} closed connections were lost`);
    found.push(...this.sockets.lives.warnings());
    if (releasedSockets > 0) found.push(`${releasedSockets} closed UDP, ICMP and raw sockets are not shown`);
    const evicted = this.endings.evicted + this.releases.evicted;
    if (evicted > 0) found.push(`${evicted} closed connections were forgotten within a minute`);
    found.push(...(this.sockets.visitor?.warnings() ?? []));
    const { people, minis, missing } = this.ledger;
    const { overlooked } = missing;
    if (overlooked > 0) found.push(`${overlooked} connections that were out of sight were forgotten`);
    if (minis.left > 0) found.push(`${minis.left} connections in TIME_WAIT or SYN_RECV are not shown`);
    if (people.evicted > 0) found.push(`${people.evicted} ended processes were forgotten`);
    return found;
  }

  /** So many connections close that their last records are to be read again soon. */
  get isBusy(): boolean {
    return this.closings > MANY_CLOSINGS;
  }
}
