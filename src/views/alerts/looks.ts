import type { Machine } from '../../machine/machine.ts';
import type { Look, NetLook } from '../../model/alerts/look.ts';
import type { Feed } from '../feed.ts';
import type { AlertFeed } from './alert-feed.ts';
import { Failures } from './failures.ts';

/** Gathers what alerts are made of from what is counted anyway, and the figures of network namespaces. */
export class Looks {
  private readonly failures: Failures;
  private readonly epochUs: number;
  private readonly ownNetns: number;

  constructor(
    { books }: Pick<Feed, 'books'>,
    private readonly feed: AlertFeed | null,
    private readonly machine: Pick<Machine, 'epochUs' | 'netnsName' | 'ownNetns'>,
  ) {
    this.epochUs = machine.epochUs();
    this.ownNetns = machine.ownNetns();
    this.failures = new Failures(books.endings);
    this.failures.take(); // what failed before has been
  }

  look(nowNs: number): Look {
    const { epochUs, ownNetns, machine } = this;
    return {
      atUs: Math.floor(epochUs + nowNs / 1000),
      ownNetns,
      netnsName: (netns) => machine.netnsName(netns),
      nets: this.nets(nowNs),
      failures: this.failures.take(),
    };
  }

  private nets(nowNs: number): NetLook[] {
    if (!this.feed) return [];
    return [...this.feed.nets(nowNs)].map(([netns, { now, atNs, before, beforeNs }]) => ({
      netns,
      now,
      before,
      seconds: (atNs - beforeNs) / 1e9,
    }));
  }
}
