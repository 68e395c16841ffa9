import { readU64, roundUp, u64, writeU64 } from '../../native/fields.ts';
import type { BpfMap } from '../../native/map.ts';

/** Room for the sums of a map's value. */
export const sumOf = (map: BpfMap): DataView =>
  new DataView(new ArrayBuffer(roundUp(map.valueSize, u64.size)));

/** An element of a per-CPU array whose values are made of u64s alone: each of them summed over the CPUs, in `sum`. */
export function sumOverCpus(map: BpfMap, index = 0, sum = sumOf(map)): DataView {
  const values = map.readPerCpu(index);
  const stride = sum.byteLength;
  for (let at = 0; at < stride; at += u64.size) {
    let all = 0;
    for (let cpu = 0; cpu < values.byteLength; cpu += stride) all += readU64(values, cpu + at);
    writeU64(sum, at, all);
  }
  return sum;
}
