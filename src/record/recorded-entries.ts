import type { Words } from '../abi/layout.ts';
import type { FarEndEntries } from '../capture/ledger/far-ends.ts';
import type { UsageEntries } from '../capture/ledger/usages.ts';
import type { Usage } from '../capture/records/usage-record.ts';
import type { Player } from './player.ts';

interface RecordedFarEnd {
  key: string;
  cookie: number;
  remote: Words;
  remotePort: number;
  openedNs: number;
  moved: [rxBytes: number, txBytes: number];
}

/** Bytes by process, as they were read. */
export function usages(player: Player): UsageEntries {
  const taken = player.answering<UsageEntries>('usages');
  return {
    usages: (visit) => void visited(player.told<Usage[]>('usages'), visit),
    takeUsage: (usage) => taken.takeUsage(usage),
  };
}

/** Bytes by far end. */
export function farEnds(player: Player): FarEndEntries {
  let known = new Map<string, RecordedFarEnd>();
  return {
    forEach(visit) {
      const found = player.told<RecordedFarEnd[]>('far ends') ?? [];
      known = new Map(found.map((farEnd) => [farEnd.key, farEnd]));
      for (const { key, moved } of found) {
        const bytes = Buffer.from(key, 'hex');
        visit(bytes, bytes, ...moved);
      }
    },
    read(key) {
      const found = known.get(key.toString('hex'));
      if (!found) throw new Error('a far end that was not recorded');
      const { cookie, remote, remotePort, openedNs } = found;
      return { key: Buffer.from(key), cookie, remote, remotePort, openedNs };
    },
    take: ({ key }) =>
      (player.answer('far ends.take', [key.toString('hex')]) ?? null) as ReturnType<FarEndEntries['take']>,
  };
}

/** How many there were. */
export function visited<T>(found: readonly T[] | null, visit: (one: T) => void): number {
  for (const one of found ?? []) visit(one);
  return found?.length ?? 0;
}
