import { PROTOCOLS } from '../../filter/words.ts';
import type { Machine } from '../../machine/machine.ts';
import { sanitize } from '../../text/text.ts';
import type { Closing, IcmpSample } from '../records/life-record.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { attempt, isAttempt } from './attempt.ts';
import { Endings } from './endings.ts';
import { isFailedBind, toldOfBind } from './failed-bind.ts';
import { type FarEndEntries, FarEnds } from './far-ends.ts';
import { Ledger } from './ledger.ts';
import { Releases } from './releases.ts';
import { RouteRefusals } from './route-refusals.ts';
import type { Socket } from './socket.ts';
import { type UsageEntries, Usages } from './usages.ts';

/** What the side that reads the kernel tells of sockets, in this order. Times are monotonic, ns. */
export interface SocketWire {
  /** A tick: what is told next was read since the one before. What has less than `enough` seconds has no rate. */
  begin(nowNs: number, enough: number): void;
  /** A ring of last records is read. */
  drain(): void;
  /** A socket's last record; a sample is valid until the call returns. */
  closed(sample: SocketSample, closing: Closing): void;
  /** A reset that this end sent after the socket had closed. */
  reset(cookie: number, reason: number): void;
  /** A message about an open connection, in force; null: there is none any more. `mtu`: the most that a link takes, else 0. */
  heard(cookie: number, message: IcmpSample | null, mtu: number): void;
  /** What closed too long ago is forgotten. */
  expire(nowNs: number): void;
  /** The sweep of sockets begins. */
  sweep(nowNs: number): void;
  /** An open socket; `seconds`: since it was seen before, where not in the tick before. */
  see(sample: SocketSample, seconds?: number): void;
  /** What calls moved may be read from the kernel's maps. */
  counts(nowNs: number): void;
  /** No sweep shows it any more. */
  gone(cookie: number): void;
  /** The tick is over. `unvisited`: network namespaces that nobody looked into in this tick. */
  end(unvisited: ReadonlySet<number>): void;
}

/** What is known of sockets and processes: all of it comes over the wire. */
export class Books implements SocketWire {
  readonly endings: Endings;
  readonly routes: RouteRefusals;
  readonly ledger = new Ledger(sanitize, (cookie) => this.endings.find(String(cookie)));
  private readonly releases: Releases;
  private readonly usages: Usages;
  private readonly farEnds: FarEnds;

  constructor(
    usages: UsageEntries,
    farEnds: FarEndEntries,
    private readonly machine: Machine,
  ) {
    this.endings = new Endings((reason) => machine.resetReason(reason));
    this.routes = new RouteRefusals(machine);
    this.releases = new Releases(this.endings);
    this.usages = new Usages(usages, this.ledger);
    this.farEnds = new FarEnds(farEnds, this.ledger);
  }

  begin(nowNs: number, enough: number): void {
    this.ledger.begin(nowNs, enough);
  }

  drain(): void {
    this.routes.forget();
  }

  closed(sample: SocketSample, closing: Closing): void {
    const { endings, ledger, releases } = this;
    if (isFailedBind(closing)) this.failedBind(attempt(sample, ledger.people), closing);
    else if (isAttempt(closing)) endings.add(attempt(sample, ledger.people), closing, this.routes.of(sample));
    else if (sample.protocol === PROTOCOLS.tcp) endings.add(ledger.close(sample), closing);
    else releases.add(ledger.close(sample), closing);
  }

  private failedBind(socket: Socket, closing: Closing): void {
    const told = toldOfBind(socket, this.ledger.sockets.values(), this.machine);
    this.endings.add(socket, closing, 0, told);
  }

  reset(cookie: number, reason: number): void {
    this.endings.reset(cookie, reason);
  }

  heard(cookie: number, message: IcmpSample | null, mtu: number): void {
    const socket = this.sockets.get(cookie);
    // one about sizes is forged where the segments stay larger
    if (socket && (mtu === 0 || socket.figures.mss < mtu)) socket.heard = message;
  }

  expire(nowNs: number): void {
    this.endings.expire(nowNs);
  }

  sweep(nowNs: number): void {
    this.ledger.clock.until(nowNs);
  }

  see(sample: SocketSample, seconds?: number): void {
    this.ledger.see(sample, seconds);
  }

  counts(nowNs: number): void {
    this.usages.take(nowNs);
    this.farEnds.take(nowNs);
    this.releases.settle();
  }

  gone(cookie: number): void {
    this.ledger.gone(cookie);
  }

  end(unvisited: ReadonlySet<number>): void {
    this.ledger.end(unvisited);
  }

  get sockets(): ReadonlyMap<number, Socket> {
    return this.ledger.sockets;
  }

  /** What had to be left out, as sentences. */
  warnings(): string[] {
    const { people, minis, missing } = this.ledger;
    const { overlooked } = missing;
    const found: string[] = [];
    if (overlooked > 0) found.push(`${overlooked} connections that were out of sight were forgotten`);
    if (minis.left > 0) found.push(`${minis.left} connections in TIME_WAIT or SYN_RECV are not shown`);
    if (people.evicted > 0) found.push(`${people.evicted} ended processes were forgotten`);
    return found;
  }

  /** Closed connections that are not kept for as long as they should be. */
  get evicted(): number {
    return this.endings.evicted + this.releases.evicted;
  }
}
