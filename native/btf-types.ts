/**
 * The types of one BTF section, read in place: no object for each of the kernel's 150,000.
 * Format: Documentation/bpf/btf.rst in the kernel tree. 64-bit, little endian.
 */

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

const MAGIC = 0xeb9f;
const HEADER_BYTES = 24;
/** Words of a type by itself. */
const SHORTEST = 3;
/** Words that follow these: so many, and so many more for each of its members. */
const TRAILERS = new Map<number, [fixed: number, each: number]>([
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

export class BtfTypes {
  /** Numbers of this section's own types: first, and one behind the last. */
  readonly first: number;
  readonly end: number;
  private readonly words: Uint32Array;
  /** Where each type begins, in words. */
  private readonly starts: Uint32Array;
  private readonly strings: Buffer;
  /** Offset of the first of this section's own strings. */
  private readonly stringsFrom: number;

  /**
   * A module's section is split from the kernel's, its base: the numbers of its types and the offsets of
   * its strings go on where those of the base end. Throws an Error when it is no BTF.
   */
  constructor(
    bytes: Uint8Array,
    private readonly base: BtfTypes | null = null,
  ) {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (data.length < HEADER_BYTES || data.readUInt16LE(0) !== MAGIC) throw new Error('bad BTF magic');
    const part = (at: number): Buffer => {
      const start = data.readUInt32LE(4) + data.readUInt32LE(at);
      return data.subarray(start, start + data.readUInt32LE(at + 4));
    };
    this.words = wordsOf(part(8));
    this.strings = part(16);
    this.stringsFrom = base ? base.stringsFrom + base.strings.length : 0;
    this.first = base ? base.end : 1;
    this.starts = starts(this.words);
    this.end = this.first + this.starts.length;
  }

  /** 0 for void, and for a number that is no type. */
  kind(id: number): number {
    return (this.word(id, 1) >>> 24) & 31;
  }

  /** Members, values or arguments. */
  length(id: number): number {
    return this.word(id, 1) & 0xffff;
  }

  /** Offset of a member in bits, whose words begin at `at`. A struct with bit fields has their widths above it. */
  memberBits(id: number, at: number): number {
    const offset = this.word(id, at + 2);
    return this.word(id, 1) >>> 31 ? offset & 0xffffff : offset;
  }

  /** Of a struct or an enum its size in bytes; of a pointer, modifier, function or prototype another type. */
  sizeOrType(id: number): number {
    return this.word(id, 2);
  }

  name(id: number): string {
    return this.text(this.word(id, 0));
  }

  nameOffset(id: number): number {
    return this.word(id, 0);
  }

  /** A word of the type: 0 to 2 are its own, then those of its members. */
  word(id: number, index: number): number {
    if (id < this.first) return this.base?.word(id, index) ?? 0;
    const start = this.starts[id - this.first];
    return start === undefined ? 0 : (this.words[start + index] ?? 0);
  }

  text(offset: number): string {
    if (offset < this.stringsFrom && this.base) return this.base.text(offset);
    const at = offset - this.stringsFrom;
    return this.strings.toString('latin1', at, this.strings.indexOf(0, at));
  }

  /** Number of the type of that kind and name; 0: there is none such. */
  find(kind: number, name: string): number {
    const offset = this.offsetOf(name);
    for (let id = this.first; offset !== 0 && id < this.end; id++)
      if (this.word(id, 0) === offset && this.kind(id) === kind) return id;
    return this.base?.find(kind, name) ?? 0;
  }

  /** Where the name stands among the strings, each of which is there once; 0: it is not there. */
  offsetOf(name: string): number {
    const inBase = this.base?.offsetOf(name) ?? 0;
    if (inBase !== 0 || name === '') return inBase;
    const at = this.strings.indexOf(`\0${name}\0`, 0, 'latin1');
    if (at >= 0) return this.stringsFrom + at + 1;
    // A module's strings need not begin with an empty one.
    return this.base && this.strings.indexOf(`${name}\0`, 0, 'latin1') === 0 ? this.stringsFrom : 0;
  }

  /** Names and values of an enum, as signed 32-bit numbers. */
  values(id: number): [name: string, value: number][] {
    const each = this.kind(id) === KIND.enum64 ? 3 : 2;
    return Array.from({ length: this.length(id) }, (_, index) => {
      const at = 3 + each * index;
      return [this.text(this.word(id, at)), this.word(id, at + 1) | 0];
    });
  }

  /** The type behind const, volatile, restrict, typedefs and tags. */
  resolve(id: number): number {
    let at = id;
    while (isModifier(this.kind(at))) at = this.sizeOrType(at);
    return at;
  }
}

function isModifier(kind: number): boolean {
  return (kind >= KIND.typedef && kind <= KIND.restrict) || kind === KIND.typeTag;
}

/** In place where they can be: an object file's section may stand at any byte. */
function wordsOf(types: Buffer): Uint32Array {
  const { buffer, byteOffset, length } = types.byteOffset % 4 === 0 ? types : new Uint8Array(types);
  return new Uint32Array(buffer, byteOffset, length >>> 2);
}

/** Where each type begins. */
function starts(words: Uint32Array): Uint32Array {
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
