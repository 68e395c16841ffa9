import { Pace } from '../../machine/pace.ts';
import type { SocketWire } from '../ledger/books.ts';
import type { Socket } from '../ledger/socket.ts';
import { TCP } from '../records/socket-kinds.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { TcpCounters } from './tcp-counters.ts';

/** A tick's share, and of all the time at most a fiftieth: each visit goes through the kernel's whole table. */
const MOST_NS = 20e6;
const PAUSE = 50;

/** What is here has no file, so that no process reads of it. */
const LATEST_NS = 30e9;

/** 'still': the kernel's counters say that nothing can have changed. */
export type Visit = 'gone through' | 'still' | 'not entered';

/** What sees the TCP sockets of one network namespace that a sweep of files does not show. */
export interface Guest {
  /** Files of namespaces by inode, as they are now. */
  find(): ReadonlyMap<number, string>;
  /** In parts. `isStill` is asked with what reads a file there. */
  visit(
    netns: number,
    file: string,
    isStill: (read: (path: string) => string | null) => boolean,
    see: (socket: SocketSample) => void,
  ): Generator<void, Visit>;
  /** null: it could not be entered. */
  within<T>(netns: number, file: string, act: () => T): T | null;
}

interface Place {
  file: string;
  visitedNs: number;
  readonly tcp: TcpCounters;
  /** Of what was there, and where it stood; 0: nothing. */
  sign: number;
  /** Cookies of the open sockets of the last visit. */
  shown: Set<number>;
}

/**
 * TCP sockets of other network namespaces that a sweep of files does not show: each namespace is gone into in
 * turn. Until the next visit what was there stands.
 */
export class Elsewhere {
  /** Known, and not visited in this tick. */
  readonly standing = new Set<number>();
  /** In the order of the visits. */
  private readonly places = new Map<number, Place>();
  /** Open sockets that were not shown any more, and when they were for the last time. */
  private readonly undecided = new Map<number, number>();
  private readonly pace = new Pace(PAUSE);

  constructor(
    private readonly guest: Guest,
    private readonly wire: Pick<SocketWire, 'see' | 'gone'>,
    /** The sockets that are open. */
    private readonly open: ReadonlyMap<number, Pick<Socket, 'protocol' | 'netns'>>,
    /** What the thread has had of a CPU, ns. */
    private readonly spentNs: () => number,
  ) {}

  /** Call after a sweep of files: which namespaces there are. */
  update(): void {
    const found = this.guest.find();
    for (const [netns, place] of this.places) if (!found.has(netns)) this.leave(netns, place);
    for (const [netns, file] of found) {
      const place = this.places.get(netns);
      if (place) place.file = file;
      else
        this.places.set(netns, {
          file,
          visitedNs: 0,
          tcp: new TcpCounters(LATEST_NS),
          sign: 0,
          shown: new Set(),
        });
    }
  }

  known(): Iterable<number> {
    return this.places.keys();
  }

  /** What `act` gives in that network namespace; null: it is not known, or cannot be entered. */
  within<T>(netns: number, act: () => T): T | null {
    const place = this.places.get(netns);
    return place ? this.guest.within(netns, place.file, act) : null;
  }

  /** Once a tick, in parts. `filesNs`: when open files were swept before. `last`: all of them, however long it takes. */
  *tick(nowNs: number, filesNs: number, last: boolean): Generator<void> {
    this.standing.clear();
    for (const netns of this.places.keys()) this.standing.add(netns);
    if (!last && !this.pace.isDue(nowNs)) return;
    let spentNs = 0;
    for (const netns of [...this.places.keys()]) {
      if (!last && spentNs >= MOST_NS) break;
      const beginNs = this.spentNs();
      yield* this.visit(netns, nowNs, filesNs, last);
      spentNs += this.spentNs() - beginNs;
    }
    this.pace.rest(nowNs, spentNs);
  }

  /** A socket that a sweep did not show any more: until its namespace has been visited it stands. */
  miss(cookie: number, shownNs: number): void {
    this.undecided.set(cookie, shownNs);
  }

  /** Call after the sweeps: lets go of what is nowhere. `hasFile`: whether a sweep of files shows it. */
  settle(hasFile: (cookie: number) => boolean): void {
    for (const cookie of this.undecided.keys()) {
      const socket = this.open.get(cookie);
      if (socket?.protocol === TCP && this.standing.has(socket.netns)) continue;
      this.undecided.delete(cookie);
      const isShown = socket && this.places.get(socket.netns)?.shown.has(cookie);
      if (!isShown && !hasFile(cookie)) this.wire.gone(cookie);
    }
  }

  /** `whole`: also where nothing can have changed. */
  private *visit(netns: number, nowNs: number, filesNs: number, whole: boolean): Generator<void> {
    const place = this.places.get(netns);
    if (!place) return;
    const { file, tcp, visitedNs, shown: before } = place;
    let [sign, passes] = [0, false];
    const shown = new Set<number>();
    const isWanted = whole || this.undecided.size > 0;
    const isStill = (read: (path: string) => string | null) => tcp.isStill(nowNs, read) && !isWanted;
    const visit = yield* this.guest.visit(netns, file, isStill, (socket) => {
      const { cookie, mini } = socket;
      sign = signOf(sign, socket);
      passes ||= mini !== 0;
      if (mini) return this.wire.see(socket);
      shown.add(cookie);
      const shownNs = before.has(cookie) ? visitedNs : (this.undecided.get(cookie) ?? filesNs);
      this.wire.see(socket, shownNs ? Math.max(1e-6, (nowNs - shownNs) / 1e9) : undefined);
    });
    if (visit !== 'still') this.leave(netns, place);
    if (visit === 'gone through') tcp.goneThrough(nowNs, passes || sign !== place.sign);
    // one that could not be entered is tried again when the next sweep of files still finds it
    if (visit === 'gone through') this.places.set(netns, { file, visitedNs: nowNs, tcp, sign, shown });
    if (visit === 'still') this.toEnd(netns, { ...place, visitedNs: nowNs });
  }

  private toEnd(netns: number, place: Place): void {
    this.places.delete(netns);
    this.places.set(netns, place);
  }

  /** What was shown there is decided upon in this tick. */
  private leave(netns: number, { shown, visitedNs }: Place): void {
    this.places.delete(netns);
    this.standing.delete(netns);
    for (const cookie of shown) this.miss(cookie, visitedNs);
  }
}

/** Of 32 bits; it goes by the order too, which is that of the kernel's table. */
function signOf(before: number, { cookie, state, rxBytes, txBytes }: SocketSample): number {
  return (Math.imul(before, 31) + (cookie | 0) + state + rxBytes + txBytes) | 0;
}
