import { TRAIT } from '../../abi/drop.ts';
import type { NamespaceCounters } from '../../capture/ledger/counter-losses.ts';
import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { Freed } from '../../capture/ledger/freed.ts';
import type { Conntrack } from '../../capture/records/net-counters.ts';
import type { Finding } from '../../model/drop-cause.ts';
import { type Circumstances, findCause } from '../../model/drop-cause.ts';
import type { DropRow } from '../../panes/drops/row.ts';

type Refusals = NonNullable<Circumstances['conntrack']>;

/** What the counters of network namespaces say about drops that have their reason and place in common. */
export class Findings {
  private readonly refusals = new Map<number, Refusals>();

  constructor(private readonly namespaces: Pick<NamespaceCounters, 'now' | 'before'>) {}

  /** Once a tick: what conntrack refused, and how full its table was when it last did. */
  take(freed: Freed): void {
    for (const [netns, { conntrack: now }] of this.namespaces.now) {
      const before = this.namespaces.before.get(netns)?.conntrack;
      if (!now || !before) continue;
      const known = this.refusals.get(netns);
      const counts = since(now, before);
      const grew = counts.refused > (known?.refused ?? 0);
      const table = grew ? fuller(known, before, now) : (known ?? now);
      this.refusals.set(netns, {
        ...counts,
        entries: table.entries,
        limit: table.limit,
        untracked: freed.refused(netns),
      });
    }
  }

  restart(): void {
    this.refusals.clear();
  }

  of({ traits, netns }: Drop, { reason, place, last }: DropRow): Finding | null {
    return findCause({
      reason,
      place,
      protocol: last?.protocol ?? '',
      source: last?.source ?? '',
      destination: last?.destination ?? '',
      isMulticast: (traits & TRAIT.multicast) !== 0,
      isBroadcast: (traits & TRAIT.broadcast) !== 0,
      isUntracked: (traits & TRAIT.untracked) !== 0,
      conntrack: this.refusals.get(netns) ?? null,
    });
  }
}

/** How full the table was: it may have emptied since it refused the last one. */
function fuller(
  ...tables: (Pick<Conntrack, 'entries' | 'limit'> | undefined)[]
): Pick<Conntrack, 'entries' | 'limit'> {
  const fill = ({ entries, limit }: Pick<Conntrack, 'entries' | 'limit'>) => (entries ?? 0) / (limit || 1);
  return tables.reduce<Pick<Conntrack, 'entries' | 'limit'>>(
    (best, table) => (table && fill(table) > fill(best) ? table : best),
    { entries: null, limit: null },
  );
}

function since(now: Conntrack, before: Conntrack): Pick<Refusals, 'refused' | 'notInserted'> {
  return { refused: now.drop - before.drop, notInserted: now.insertFailed - before.insertFailed };
}
