import { Pace } from '../../machine/pace.ts';
import type { SocketWire } from '../ledger/books.ts';
import type { Socket } from '../ledger/socket.ts';
import { TCP } from '../records/socket-kinds.ts';
import type { SocketSample } from '../records/socket-sample.ts';

/** A tick's share, and of all the time at most a fiftieth: each visit goes through the kernel's whole table. */
const MOST_NS = 20e6;
const PAUSE = 50;
/** Where nothing was found and nothing is to be decided upon: few sockets have no file, and their end is told as it comes. */
const IDLE_PAUSE = 250;

/** What sees the TCP sockets of one network namespace that a sweep of files does not show. */
export interface Guest {
  /** Files of namespaces by inode, as they are now. */
  find(): ReadonlyMap<number, string>;
  /** In parts; false: it could not be entered. */
  visit(netns: number, file: string, see: (socket: SocketSample) => void): Generator<void, boolean>;
  /** null: it could not be entered. */
  within<T>(netns: number, file: string, act: () => T): T | null;
}

interface Place {
  file: string;
  visitedNs: number;
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
  private readonly idle = new Pace(IDLE_PAUSE);

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
      else this.places.set(netns, { file, visitedNs: 0, shown: new Set() });
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
    if (!last && !this.isDue(nowNs)) return;
    let [spentNs, found] = [0, 0];
    for (const netns of [...this.places.keys()]) {
      if (!last && spentNs >= MOST_NS) break;
      const beginNs = this.spentNs();
      found += yield* this.visit(netns, nowNs, filesNs);
      spentNs += this.spentNs() - beginNs;
    }
    this.pace.rest(nowNs, spentNs);
    this.idle.rest(nowNs, found > 0 ? 0 : spentNs);
  }

  private isDue(nowNs: number): boolean {
    return this.pace.isDue(nowNs) && (this.undecided.size > 0 || this.idle.isDue(nowNs));
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

  /** How many sockets were found. */
  private *visit(netns: number, nowNs: number, filesNs: number): Generator<void, number> {
    const place = this.places.get(netns);
    if (!place) return 0;
    let found = 0;
    const { file, visitedNs, shown: before } = place;
    const shown = new Set<number>();
    const seen = yield* this.guest.visit(netns, file, (socket) => {
      const { cookie, mini } = socket;
      found++;
      if (mini) return this.wire.see(socket);
      shown.add(cookie);
      const shownNs = before.has(cookie) ? visitedNs : (this.undecided.get(cookie) ?? filesNs);
      this.wire.see(socket, shownNs ? Math.max(1e-6, (nowNs - shownNs) / 1e9) : undefined);
    });
    this.leave(netns, place);
    // one that could not be entered is tried again when the next sweep of files still finds it
    if (seen) this.places.set(netns, { file, visitedNs: nowNs, shown });
    return found;
  }

  /** What was shown there is decided upon in this tick. */
  private leave(netns: number, { shown, visitedNs }: Place): void {
    this.places.delete(netns);
    this.standing.delete(netns);
    for (const cookie of shown) this.miss(cookie, visitedNs);
  }
}
