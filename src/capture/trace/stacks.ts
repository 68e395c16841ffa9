import type { BpfMap } from '../../../native/map.ts';
import { kernelSymbols } from '../../machine/symbols.ts';

/** enum stack_size in bpf/abi/packet.h. */
export const STACKS = 16_384;

const ADDRESS_BYTES = 8;

/** So many frames may stand before the function: nettop's program, and what the kernel calls it by. */
const BEFORE = 5;
/** What calls a program, and what may follow before the function. */
const CALLER = /^(bpf_trampoline_|bpf_trace_run)/;
const TRACEPOINT = /^(__bpf_trace_|__traceiter_)/;

/** Addresses of a stack by its number + 1 in the map, innermost first; none for 0, which is none that was kept. */
export function stackAddresses(map: BpfMap, stack: number): bigint[] {
  if (stack === 0) return [];
  const key = Buffer.alloc(4);
  key.writeUInt32LE(stack - 1);
  const bytes = map.lookup(key);
  if (!bytes) return [];
  const count = bytes.length / ADDRESS_BYTES;
  const frames = Array.from({ length: count }, (_, index) => bytes.readBigUInt64LE(ADDRESS_BYTES * index));
  return frames.filter((address) => address !== 0n);
}

/** Call stacks that events carry by number. The kernel keeps each as long as the map lives. */
export class Stacks {
  private readonly known = new Map<number, string[]>();

  constructor(
    private readonly map: BpfMap,
    private readonly lostByCpu: BpfMap,
  ) {}

  /** Stacks that could not be kept. */
  lost(): number {
    const bytes = this.lostByCpu.read(0, true);
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 8) sum += Number(bytes.readBigUInt64LE(at));
    return sum;
  }

  /** function+offset, innermost first; null where none was kept. */
  get(stack: number, name: string): string[] | null {
    if (stack === 0) return null;
    let places = this.known.get(stack);
    if (!places) {
      const addresses = stackAddresses(this.map, stack);
      const whole = addresses.map((address) => kernelSymbols().at(address));
      places = fromFunction(whole, name);
      this.known.set(stack, places);
    }
    return places;
  }
}

/** From the function of that name on; where it is part of another one, from what called the program on. */
export function fromFunction(places: string[], name: string): string[] {
  const start = places.findIndex((place, index) => index <= BEFORE && place.startsWith(`${name}+`));
  if (start >= 0) return places.slice(start);
  let next = places.findIndex((place, index) => index < BEFORE && CALLER.test(place)) + 1;
  while (next > 0 && TRACEPOINT.test(places[next] ?? '')) next++;
  return places.slice(next);
}
