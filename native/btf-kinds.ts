/** The kinds of types in BTF, and how many words each takes. Format: Documentation/bpf/btf.rst in the kernel tree. */

export const KIND = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  prototype: 13,
  variable: 14,
  section: 15,
  declarationTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** Words of a type by itself: struct btf_type. */
export const SHORTEST = 3;
/** Words that follow these: so many, and so many more for each of its members. */
export const TRAILERS = new Map<number, [fixed: number, each: number]>([
  [KIND.int, [1, 0]],
  [KIND.array, [3, 0]],
  [KIND.struct, [0, 3]],
  [KIND.union, [0, 3]],
  [KIND.enum, [0, 2]],
  [KIND.prototype, [0, 2]],
  [KIND.variable, [1, 0]],
  [KIND.section, [0, 3]],
  [KIND.declarationTag, [1, 0]],
  [KIND.enum64, [0, 3]],
]);

export function isModifier(kind: number): boolean {
  return (kind >= KIND.typedef && kind <= KIND.restrict) || kind === KIND.typeTag;
}

/** In place where they can be: an object file's section may stand at any byte. */
export function wordsOf(types: Buffer): Uint32Array {
  const { buffer, byteOffset, length } = types.byteOffset % 4 === 0 ? types : new Uint8Array(types);
  return new Uint32Array(buffer, byteOffset, length >>> 2);
}

/** Where each type begins. */
export function startsOf(words: Uint32Array): Uint32Array {
  const fixed = new Uint8Array(32).fill(SHORTEST);
  const each = new Uint8Array(32);
  for (const [kind, [trailer, member]] of TRAILERS) {
    fixed[kind] = SHORTEST + trailer;
    each[kind] = member;
  }
  const found = new Uint32Array(Math.ceil(words.length / SHORTEST));
  let count = 0;
  for (let at = 0; at < words.length; ) {
    const info = words[at + 1] ?? 0;
    const kind = (info >>> 24) & 31;
    found[count++] = at;
    at += (fixed[kind] ?? SHORTEST) + (each[kind] ?? 0) * (info & 0xffff);
  }
  return found.subarray(0, count);
}

/** Which of these types are enums of one size or the other. */
export function enumsAmong(words: Uint32Array, starts: Uint32Array): number[] {
  const found: number[] = [];
  for (let index = 0; index < starts.length; index++) {
    const kind = ((words[(starts[index] as number) + 1] as number) >>> 24) & 31;
    if (kind === KIND.enum || kind === KIND.enum64) found.push(index);
  }
  return found;
}
