import type { VisitDrop } from '../capture/ledger/drop-ledger.ts';
import type { NetCounters } from '../capture/records/net-counters.ts';
import type { DropCounts } from '../views/drops/drop-feed.ts';
import type { Feed } from '../views/feed.ts';
import type { Player } from './player.ts';

/** Drops as they were recorded. */
export function recordedDrops(player: Player): DropCounts {
  const counter = player.answering<DropCounts>('drops', { lost: () => 0 });
  let shown: Parameters<VisitDrop>[] = [];
  return {
    isRecorded: true,
    restart: () => {},
    start: () => {},
    tellRules: () => {},
    pause: () => {},
    sweep(visit) {
      shown = player.told('drops') ?? shown;
      for (const drop of shown) visit(...drop);
    },
    stack: ({ stack }) => (player.answer('drops.stack', [stack]) ?? []) as bigint[],
    lost: () => counter.lost(),
    stop: () => {},
  };
}

/** The counters of network namespaces as they were recorded. */
export function recordedNamespaces(player: Player): Feed['namespaces'] {
  const now = new Map<number, NetCounters>();
  const before = new Map<number, NetCounters>();
  const look = () => {
    type Counters = [number, NetCounters][];
    const told = player.told<{ now: Counters; before: Counters }>('namespaces');
    for (const [netns, counters] of told?.now ?? []) now.set(netns, counters);
    for (const [netns, counters] of told?.before ?? []) before.set(netns, counters);
  };
  return { now, before, restart: look, tick: look };
}
