import { u32Bytes, u64Bytes } from '../../native/fields.ts';
import type { BpfObject } from '../../native/object.ts';
import { codecOf } from '../abi/layout.ts';
import { FUNCTION } from '../abi/packet.ts';
import { readAddresses } from '../machine/addresses.ts';
import type { Loaded } from './objects.ts';
import { POINTS, type Point, symbolOf } from './points.ts';

/** Tells the programs of each function that may call them: struct function, by point. */
export function writeFunctions(
  { object, btf }: Pick<Loaded, 'object' | 'btf'>,
  points: readonly Point[],
  haveCookies: boolean,
): void {
  const functions = object.map('functions');
  const entry = codecOf(btf, FUNCTION);
  points.forEach(({ called }, index) => {
    if (!called) return;
    const { sk, shape, delivers, transmit } = called;
    const bytes = entry.bytes({ sk, shape, delivers: delivers ? 1 : 0, transmit: transmit ? 1 : 0 });
    functions.write(POINTS + index, bytes);
  });
  if (!haveCookies) writeAddresses(object, points);
}

/** A kprobe without a cookie is told by its address; on x86 it reports the one after the breakpoint. */
function writeAddresses(object: BpfObject, points: readonly Point[]): void {
  const map = object.map('addresses');
  const known = readAddresses(new Set(points.map(symbolOf)));
  points.forEach((point, index) => {
    const address = known.get(symbolOf(point));
    if (address === undefined) return;
    for (const offset of [0n, 1n])
      map.update(u64Bytes(BigInt(`0x${address}`) + offset), u32Bytes(POINTS + index));
  });
}
