import type { BpfMap } from '../../../native/map.ts';
import { readU64 } from '../records/layout.ts';

/** hits = filtered + limited + ringFull + emitted, exactly: struct point_count in bpf/abi/packet.h. */
export interface PointCount {
  hits: number;
  filtered: number;
  limited: number;
  ringFull: number;
  emitted: number;
}

/** The counters of each point, summed over the CPUs. */
export function readCounts(map: BpfMap): PointCount[] {
  return Array.from({ length: map.maxEntries }, (_, point) => {
    const bytes = map.read(point, true);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const sum = { hits: 0, filtered: 0, limited: 0, ringFull: 0, emitted: 0 };
    for (let at = 0; at < bytes.length; at += map.valueSize) {
      sum.hits += readU64(view, at);
      sum.filtered += readU64(view, at + 8);
      sum.limited += readU64(view, at + 16);
      sum.ringFull += readU64(view, at + 24);
      sum.emitted += readU64(view, at + 32);
    }
    return sum;
  });
}

export function totalCount(counts: PointCount[], of: keyof PointCount): number {
  return counts.reduce((sum, count) => sum + count[of], 0);
}
