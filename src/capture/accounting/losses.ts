import type { BpfMap } from '../../../native/map.ts';
import { readU64 } from '../records/layout.ts';

/** struct account_loss: what the accounting programs could not keep, over all CPUs. */
const NAMES = [
  'usage_full',
  'closed_full',
  'closed_lost',
  'streams_full',
  'far_ends_full',
  'released_lost',
] as const;
export type Losses = Record<(typeof NAMES)[number], number>;

export function readLosses(map: BpfMap): Losses {
  const bytes = map.read(0, true);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sum = Object.fromEntries(NAMES.map((name) => [name, 0])) as Losses;
  for (let cpu = 0; cpu < bytes.length; cpu += 8 * NAMES.length)
    NAMES.forEach((name, place) => {
      sum[name] += readU64(view, cpu + 8 * place);
    });
  return sum;
}
