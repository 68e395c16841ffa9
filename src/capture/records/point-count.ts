import type { Btf } from '../../../native/btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { POINT_COUNT } from '../../abi/packet.ts';
import { sumOf, sumOverCpus } from '../../abi/per-cpu.ts';

/** hits = filtered + limited + ringFull + emitted, exactly: struct point_count in bpf/abi/packet.h. */
export interface PointCount {
  hits: number;
  filtered: number;
  limited: number;
  ringFull: number;
  emitted: number;
}

/** The counters of each point, summed over the CPUs. */
export function readCounts(map: BpfMap, btf: Btf): PointCount[] {
  const { get } = codecOf(btf, POINT_COUNT);
  const sum = sumOf(map);
  return Array.from({ length: map.maxEntries }, (_, point) => {
    sumOverCpus(map, point, sum);
    return {
      hits: get.hits(sum, 0),
      filtered: get.filtered(sum, 0),
      limited: get.limited(sum, 0),
      ringFull: get.ring_full(sum, 0),
      emitted: get.emitted(sum, 0),
    };
  });
}

export function totalCount(counts: PointCount[], of: keyof PointCount): number {
  return counts.reduce((sum, count) => sum + count[of], 0);
}
