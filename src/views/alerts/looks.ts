import type { Socket } from '../../capture/ledger/socket.ts';
import { isConnection } from '../../capture/ledger/socket.ts';
import { ESTABLISHED } from '../../capture/records/states.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Arrivals, Look } from '../../model/alerts/look.ts';
import type { Feed } from '../feed.ts';
import type { ListenerWatch } from '../listeners/listener-watch.ts';
import type { AlertFeed } from './alert-feed.ts';
import { Failures } from './failures.ts';
import { troublesOf } from './listener-troubles.ts';
import { RefusedSources } from './refused.ts';
import { Resets } from './resets.ts';
import type { RuleFigures } from './rule-figures.ts';
import { flowsOf, socketsOf } from './sockets.ts';

/** Looks in a row in which nobody asks what comes by source: then it is not counted any more. */
const FORGOTTEN = 10;

/** Gathers what alerts are made of from what is counted anyway, and the figures of network namespaces. */
export class Looks {
  private readonly failures: Failures;
  private readonly refused: RefusedSources | null;
  private readonly resets: Resets | null;
  private readonly epochUs: number;
  private readonly ownNetns: number;
  /** When each network namespace was read that the last look had. */
  private readAt = new Map<number, number>();
  /** Looks since somebody asked what comes by source. */
  private quiet = 0;

  constructor(
    private readonly books: Feed['books'],
    private readonly feed: AlertFeed | null,
    private readonly others: { listeners: Pick<ListenerWatch, 'all'>; figures: RuleFigures },
    private readonly machine: Pick<Machine, 'epochUs' | 'netnsName' | 'ownNetns' | 'reason'>,
  ) {
    this.epochUs = machine.epochUs();
    this.ownNetns = machine.ownNetns();
    this.failures = new Failures(books.endings);
    this.failures.take(); // what failed before has been
    this.refused = feed && new RefusedSources(feed, (reason) => machine.reason(reason));
    this.resets = feed && new Resets(feed, (reason) => machine.reason(reason));
  }

  /** Between looks: what waits in a ring. */
  drain(): void {
    this.refused?.drain();
  }

  look(nowNs: number): Look {
    const { epochUs, ownNetns, machine } = this;
    if (++this.quiet === FORGOTTEN) this.feed?.ignoreArrivals();
    const { refused, lost } = this.refused?.take() ?? { refused: [], lost: 0 };
    return {
      atUs: Math.floor(epochUs + nowNs / 1000),
      ownNetns,
      netnsName: (netns) => machine.netnsName(netns),
      ...this.nets(nowNs),
      failures: this.failures.take(),
      rules: this.others.figures.take(nowNs),
      listeners: troublesOf(this.others.listeners.all()),
      refused,
      refusedLost: lost,
      ports: (netns) => this.feed?.ports(netns) ?? null,
      sockets: (netns) => socketsOf(this.books.sockets, netns),
      flows: (netns) => flowsOf(this.books.ledger.flows.all.values(), netns),
      arrivals: (netns) => this.arrivals(netns),
      established: (netns, address) => this.established(netns, address),
    };
  }

  stop(): void {
    this.feed?.stop();
  }

  private arrivals(netns: number): Arrivals[] {
    this.quiet = 0;
    return this.feed?.arrivals(netns) ?? [];
  }

  /** A reading is looked at once: those of very many network namespaces take their turns. */
  private nets(nowNs: number): Pick<Look, 'nets' | 'unread'> {
    const readings = [...(this.feed?.nets(nowNs) ?? [])];
    const there = new Set(readings.map(([netns]) => netns));
    const resets = this.resets?.take(nowNs, (netns) => there.has(netns));
    const isNew = ([netns, { atNs }]: (typeof readings)[number]): boolean => this.readAt.get(netns) !== atNs;
    const nets = readings.filter(isNew).map(([netns, { now, atNs, before, beforeNs }]) => ({
      netns,
      now,
      before,
      seconds: (atNs - beforeNs) / 1e9,
      resets: resets?.(netns) ?? null,
    }));
    const unread = new Set(readings.filter((one) => !isNew(one)).map(([netns]) => netns));
    this.readAt = new Map(readings.map(([netns, { atNs }]) => [netns, atNs]));
    return { nets, unread };
  }

  private established(netns: number, address: string): number {
    const isOne = (socket: Socket) =>
      socket.netns === netns &&
      isConnection(socket) &&
      socket.state === ESTABLISHED &&
      formatAddress(socket.destination) === address;
    let count = 0;
    for (const socket of this.books.sockets.values()) if (isOne(socket)) count++;
    return count;
  }
}
