import { many, u32Bytes, u64Exact, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';

/** Addresses of a stack by its number + 1 in the map, innermost first; none for 0, which is none that was kept. */
export function stackAddresses(map: BpfMap, stack: number): bigint[] {
  if (stack === 0) return [];
  const bytes = map.lookup(u32Bytes(stack - 1));
  if (!bytes) return [];
  const frames = many(u64Exact, bytes.length / u64Exact.size).reader(0)(viewOf(bytes), 0);
  return frames.filter((address) => address !== 0n);
}
