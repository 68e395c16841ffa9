/**
 * Records of the same length, one after another, as what differs from the one before: of each a bit for each word
 * that does, then those words. Traced packets have most in common.
 */
export function packWords(words: Uint32Array, stride: number): Uint32Array {
  const maps = (stride + 31) >> 5;
  const packed = new Uint32Array(words.length + (words.length / stride) * maps);
  let end = 0;
  for (let at = 0; at < words.length; at += stride) {
    const map = end;
    end += maps;
    for (let word = 0; word < stride; word++) {
      const differs = (words[at + word] as number) ^ (at === 0 ? 0 : (words[at - stride + word] as number));
      if (differs === 0) continue;
      const place = map + (word >> 5);
      packed[place] = (packed[place] as number) | (1 << (word & 31));
      packed[end++] = differs;
    }
  }
  return packed.subarray(0, end);
}

/** `length`: of all the words. What is cut short is 0. */
export function unpackWords(packed: Uint32Array, stride: number, length: number): Uint32Array {
  const maps = (stride + 31) >> 5;
  const words = new Uint32Array(length);
  let from = 0;
  for (let at = 0; at < length; at += stride) {
    const map = from;
    from += maps;
    for (let word = 0; word < stride; word++) {
      const before = at === 0 ? 0 : (words[at - stride + word] as number);
      const isOther = ((packed[map + (word >> 5)] ?? 0) >>> (word & 31)) & 1;
      words[at + word] = isOther ? before ^ (packed[from++] ?? 0) : before;
    }
  }
  return words;
}
