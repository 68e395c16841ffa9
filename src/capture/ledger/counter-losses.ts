import type { ListenCounter, NetCounters } from '../records/net-counters.ts';
import type { Freed } from './freed.ts';
import type { Listener, ListenerDrops, ListenerLoss } from './listener-drops.ts';
import type { Socket } from './socket.ts';

/** The counters of all network namespaces. */
export interface NamespaceCounters {
  /** As last read, and as they were first. */
  readonly now: ReadonlyMap<number, NetCounters>;
  readonly before: ReadonlyMap<number, NetCounters>;
  /** What is counted from now on. */
  restart(nowNs: number): void;
  /** Reads those that are due; `all`: however long it takes. */
  tick(nowNs: number, all?: boolean): void;
}

/** What the kernel counts without freeing a packet as dropped. */
export interface CounterLoss {
  id: string;
  /** By the kernel's name. */
  counter: ListenCounter | 'early_drop';
  /** false: nothing was lost, though the kernel did not do what it does else. */
  isLoss: boolean;
  netns: number;
  /** The listener; null: it is known of the network namespace alone. */
  socket: Socket | null;
  count: number;
  /** When it was last seen to grow. */
  atNs: number;
}

/** Why a SYN was not taken: each of these is counted in ListenDrops too. */
const CAUSES = ['ListenOverflows', 'TCPReqQFullDrop', 'ListenDrops'] as const;
type Cause = (typeof CAUSES)[number];
const COOKIES = ['SyncookiesSent', 'SyncookiesRecv', 'SyncookiesFailed'] as const;
/** So long a namespace's count waits for the listener that it belongs to: in others these are read more seldom. */
const SETTLED_NS = 3e9;

/** What of a network namespace's counts has been told. */
interface Told {
  listeners: Record<Cause, number>;
  rest: Record<Cause, number>;
  /** What is left for no listener, since when. */
  left: Record<Cause, { count: number; sinceNs: number }>;
}

const none = (): Record<Cause, number> => ({ ListenOverflows: 0, TCPReqQFullDrop: 0, ListenDrops: 0 });

/**
 * Losses that free no packet as dropped. How many they were and why says the network namespace, whose they were
 * the listener: what of a listener's own drops was freed as dropped too is in another row already.
 */
export class CounterLosses {
  private readonly losses = new Map<string, CounterLoss>();
  private readonly told = new Map<number, Told>();
  /** What of each listener has been looked at. */
  private taken = new WeakMap<Listener, number>();

  constructor(
    private readonly listeners: Pick<ListenerDrops, 'found'>,
    readonly namespaces: NamespaceCounters,
  ) {}

  /** What was counted up to now is not told. */
  restart(nowNs: number): void {
    this.losses.clear();
    this.told.clear();
    this.taken = new WeakMap();
    for (const listener of this.listeners.found.values()) this.taken.set(listener, listener.drops);
    this.namespaces.restart(nowNs);
  }

  /** Reads the namespaces' counters. Before the drops are read: what is freed meanwhile is not told twice then. */
  read(nowNs: number, last: boolean): void {
    this.namespaces.tick(nowNs, last);
  }

  /** `freed`: what was freed as dropped since the restart. `last`: nothing is left for a later look. */
  tick(nowNs: number, freed: Freed, last: boolean): Iterable<CounterLoss> {
    for (const listener of this.listeners.found.values()) this.takeListener(listener, freed, nowNs);
    for (const [netns, now] of this.namespaces.now) {
      this.takeRest(netns, freed, nowNs, last);
      const before = this.namespaces.before.get(netns);
      if (!before) continue;
      for (const counter of COOKIES) this.put(netns, counter, now.tcp[counter] - before.tcp[counter], nowNs);
      const evicted = (now.conntrack?.earlyDrop ?? 0) - (before.conntrack?.earlyDrop ?? 0);
      this.put(netns, 'early_drop', evicted, nowNs);
    }
    return this.losses.values();
  }

  private takeListener(listener: Listener, freed: Freed, nowNs: number): void {
    const { socket, drops, losses } = listener;
    let left = drops - (this.taken.get(listener) ?? 0);
    if (left <= 0) return;
    const { full = null, atNs = 0 } = losses.at(-1) ?? {};
    const told = this.toldOf(socket.netns);
    const open = this.open(socket.netns, freed);
    for (const cause of inOrder(full)) {
      const part = open ? Math.min(left, Math.max(0, open[cause])) : left;
      if (part === 0) continue;
      told.listeners[cause] += part;
      this.add(`${socket.cookie}:${cause}`, cause, socket.netns, socket, part, nowNs);
      left -= part;
      if (left === 0) break;
    }
    // the namespace's counters may have been read before: what is over then was freed as dropped
    this.taken.set(listener, nowNs - atNs < SETTLED_NS ? drops - left : drops);
  }

  /** What of a network namespace's counts is not told yet; null: its counts are not known. */
  private open(netns: number, freed: Freed): Record<Cause, number> | null {
    const [now, before] = [this.namespaces.now.get(netns), this.namespaces.before.get(netns)];
    if (!now || !before) return null;
    const { listeners, rest } = this.toldOf(netns);
    const open = byCause(now, before);
    open.ListenOverflows -= freed.overflows(netns);
    for (const cause of CAUSES) open[cause] -= listeners[cause] + rest[cause];
    return open;
  }

  /** What belongs to no listener that was seen to drop it: it closed, or its count was not read. */
  private takeRest(netns: number, freed: Freed, nowNs: number, last: boolean): void {
    const open = this.open(netns, freed);
    if (!open) return;
    const { rest, left } = this.toldOf(netns);
    for (const cause of CAUSES) {
      const count = Math.max(0, open[cause]);
      const { count: before, sinceNs } = left[cause];
      const isNew = count === 0 || before === 0;
      left[cause] = isNew ? { count, sinceNs: nowNs } : { count: Math.min(before, count), sinceNs };
      if (count === 0 || !(last || nowNs - left[cause].sinceNs >= SETTLED_NS)) continue;
      const settled = last ? count : left[cause].count;
      rest[cause] += settled;
      left[cause] = { count: 0, sinceNs: nowNs };
      this.add(`${netns}:${cause}`, cause, netns, null, settled, nowNs);
    }
  }

  private toldOf(netns: number): Told {
    const known = this.told.get(netns);
    if (known) return known;
    const nothing = () => ({ count: 0, sinceNs: 0 });
    const left = { ListenOverflows: nothing(), TCPReqQFullDrop: nothing(), ListenDrops: nothing() };
    const told = { listeners: none(), rest: none(), left };
    this.told.set(netns, told);
    return told;
  }

  private add(
    id: string,
    counter: Cause,
    netns: number,
    socket: Socket | null,
    more: number,
    atNs: number,
  ): void {
    const before = this.losses.get(id)?.count ?? 0;
    this.losses.set(id, { id, counter, isLoss: true, netns, socket, count: before + more, atNs });
  }

  /** What a network namespace counts that is no loss. */
  private put(netns: number, counter: CounterLoss['counter'], count: number, atNs: number): void {
    const id = `${netns}:${counter}`;
    if (count > (this.losses.get(id)?.count ?? 0))
      this.losses.set(id, { id, counter, isLoss: false, netns, socket: null, count, atNs });
  }
}

/** ListenDrops: neither of the other two. */
function byCause(now: NetCounters, before: NetCounters): Record<Cause, number> {
  const since = (counter: Cause) => now.tcp[counter] - before.tcp[counter];
  const [overflows, full] = [since('ListenOverflows'), since('TCPReqQFullDrop')];
  return {
    ListenOverflows: overflows,
    TCPReqQFullDrop: full,
    ListenDrops: since('ListenDrops') - overflows - full,
  };
}

/** Which cause is the likeliest: the queue that is full. */
function inOrder(full: ListenerLoss['full']): readonly Cause[] {
  if (full === 'handshake') return ['TCPReqQFullDrop', 'ListenOverflows', 'ListenDrops'];
  return full === 'accept' ? CAUSES : ['ListenDrops', 'ListenOverflows', 'TCPReqQFullDrop'];
}
