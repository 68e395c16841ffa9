import type { BpfObject } from '../../native/object.ts';
import { readAddresses } from '../machine/addresses.ts';
import { POINTS, type Point, symbolOf } from './points.ts';

/** Tells the programs of each function that may call them: struct function, by point. */
export function writeFunctions(object: BpfObject, points: readonly Point[], haveCookies: boolean): void {
  const functions = object.map('functions');
  points.forEach(({ called }, index) => {
    if (!called) return;
    const { sk, shape, delivers, transmit } = called;
    functions.write(POINTS + index, Uint8Array.of(sk, shape, delivers ? 1 : 0, transmit ? 1 : 0));
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
    for (const offset of [0n, 1n]) map.update(u64(BigInt(`0x${address}`) + offset), u32(POINTS + index));
  });
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
