/**
 * Which types have a name. A kernel's section has 2 MB of names and 120,000 types, and a start asks for a hundred of
 * them: all are gone through once.
 */

const MULTIPLIER = 0x01000193;
const MOST_CHAINS = 1 << 16;

/** A sum of the bytes of a name that ends with 0. */
function sumOf(strings: Uint8Array, start: number): number {
  let sum = 0;
  for (let at = start, byte = strings[at]; byte; byte = strings[++at])
    sum = Math.imul(sum ^ byte, MULTIPLIER);
  return sum ^ (sum >>> 16);
}

/** Where a section's names stand: those of its base below `from`, in `base`, and its own behind, in `own`. */
export interface Strings {
  own: Uint8Array;
  base: Uint8Array;
  from: number;
}

export class BtfNames {
  /** By the sum of a name, the first of its types; then from each to the next. 1 is the section's first; 0 ends it. */
  private readonly heads: Uint32Array;
  private readonly next: Uint32Array;
  /** Chains, a power of two, less 1. */
  private readonly mask: number;

  /** `starts`: of each type, in `words`. */
  constructor(words: Uint32Array, starts: Uint32Array, { own, base, from }: Strings) {
    const chains = Math.min(MOST_CHAINS, 1 << (32 - Math.clz32(starts.length)));
    const heads = new Uint32Array(chains);
    const next = new Uint32Array(starts.length);
    const mask = chains - 1;
    for (let index = starts.length - 1; index >= 0; index--) {
      const name = words[starts[index] as number] as number;
      if (name === 0) continue;
      const sum = mask & (name < from ? sumOf(base, name) : sumOf(own, name - from));
      next[index] = heads[sum] as number;
      heads[sum] = index + 1;
    }
    [this.heads, this.next, this.mask] = [heads, next, mask];
  }

  /** Places of the types that may have it, the first first: others have the same sum. */
  *of(name: string): Generator<number> {
    const bytes = Buffer.from(`${name}\0`, 'latin1');
    for (
      let at = this.heads[sumOf(bytes, 0) & this.mask] as number;
      at !== 0;
      at = this.next[at - 1] as number
    )
      yield at - 1;
  }
}
