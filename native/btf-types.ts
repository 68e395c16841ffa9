import { enumsAmong, isModifier, SHORTEST, startsOf, TRAILERS, wordsOf } from './btf-kinds.ts';
import { BtfNames } from './btf-names.ts';
import { structOf } from './codec.ts';
import { u8, u16, u32, viewOf } from './fields.ts';

/**
 * The types of one BTF section, read in place: no object for each of the kernel's 150,000.
 * Format: Documentation/bpf/btf.rst in the kernel tree. 64-bit, little endian.
 */

const MAGIC = 0xeb9f;
const HEADER = structOf('btf_header', {
  magic: u16,
  version: u8,
  flags: u8,
  header_length: u32,
  types: u32,
  types_length: u32,
  strings: u32,
  strings_length: u32,
});
/** Words of a type by itself: struct btf_type. */
const OWN = { name: 0, info: 1, sizeOrType: 2 } as const;
/** Words of what follows it, once or for each member: struct btf_array, btf_member, btf_enum, btf_enum64, btf_param. */
const ARRAY = { type: 0, count: 2 } as const;
const MEMBER = { name: 0, type: 1, bits: 2 } as const;
const ENUM = { name: 0, value: 1 } as const;
const PARAMETER = { type: 1 } as const;
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
  /** Made when the first is looked for. */
  private names: BtfNames | undefined;

  /**
   * A module's section is split from the kernel's, its base: the numbers of its types and the offsets of
   * its strings go on where those of the base end. Throws an Error when it is no BTF.
   */
  constructor(
    bytes: Uint8Array,
    private readonly base: BtfTypes | null = null,
  ) {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const view = viewOf(data);
    const { get } = HEADER;
    if (data.length < HEADER.size || get.magic(view, 0) !== MAGIC) throw new Error('bad BTF magic');
    const part = (offset: number, length: number): Buffer => {
      const start = get.header_length(view, 0) + offset;
      return data.subarray(start, start + length);
    };
    this.words = wordsOf(part(get.types(view, 0), get.types_length(view, 0)));
    this.strings = part(get.strings(view, 0), get.strings_length(view, 0));
    this.stringsFrom = base ? base.stringsFrom + base.strings.length : 0;
    this.first = base ? base.end : 1;
    this.starts = startsOf(this.words);
    this.end = this.first + this.starts.length;
  }

  /** 0 for void, and for a number that is no type. */
  kind(id: number): number {
    return (this.word(id, OWN.info) >>> 24) & 31;
  }

  /** Members, values or arguments. */
  length(id: number): number {
    return this.word(id, OWN.info) & 0xffff;
  }

  memberName(id: number, index: number): string {
    return this.text(this.follower(id, index, MEMBER.name));
  }

  memberType(id: number, index: number): number {
    return this.follower(id, index, MEMBER.type);
  }

  /** Offset of a member in bits. A struct with bit fields has their widths above it. */
  memberBits(id: number, index: number): number {
    const offset = this.follower(id, index, MEMBER.bits);
    return this.word(id, OWN.info) >>> 31 ? offset & 0xffffff : offset;
  }

  /** Of a prototype the type of an argument. */
  argumentType(id: number, index: number): number {
    return this.follower(id, index, PARAMETER.type);
  }

  /** Of an array the type of its elements, and how many there are. */
  element(id: number): { type: number; count: number } {
    return { type: this.word(id, SHORTEST + ARRAY.type), count: this.word(id, SHORTEST + ARRAY.count) };
  }

  /** Of a struct or an enum its size in bytes; of a pointer, modifier, function or prototype another type. */
  sizeOrType(id: number): number {
    return this.word(id, OWN.sizeOrType);
  }

  name(id: number): string {
    return this.text(this.word(id, OWN.name));
  }

  nameOffset(id: number): number {
    return this.word(id, OWN.name);
  }

  /** The section that has the type: this one, or its base. */
  holding(id: number): BtfTypes {
    return id < this.first && this.base ? this.base.holding(id) : this;
  }

  /** All words of a type of this section's own. */
  wordsOf(id: number): Uint32Array {
    const index = id - this.first;
    return this.words.subarray(this.starts[index], this.starts[index + 1] ?? this.words.length);
  }

  /** A word of the type: first its own, then those of what follows. */
  private word(id: number, index: number): number {
    if (id < this.first) return this.base?.word(id, index) ?? 0;
    const start = this.starts[id - this.first];
    return start === undefined ? 0 : (this.words[start + index] ?? 0);
  }

  text(offset: number): string {
    return this.textBytes(offset).toString('latin1');
  }

  /** The same in place, without the 0 behind it. */
  textBytes(offset: number): Buffer {
    if (offset < this.stringsFrom && this.base) return this.base.textBytes(offset);
    const at = offset - this.stringsFrom;
    return this.strings.subarray(at, this.strings.indexOf(0, at));
  }

  /** Number of the type of that kind and name; 0: there is none such. */
  find(kind: number, name: string): number {
    for (const id of this.ownNamed(name)) if (this.kind(id) === kind) return id;
    return this.base?.find(kind, name) ?? 0;
  }

  /** This section's own types with one of these names. */
  named(names: Iterable<string>): number[] {
    return [...names].flatMap((name) => [...this.ownNamed(name)]);
  }

  /** This section's own enums. */
  enums(): number[] {
    return enumsAmong(this.words, this.starts).map((index) => this.first + index);
  }

  /** What `nameOffset` says of all types of that name; 0: there is none such. */
  offsetOf(name: string): number {
    for (const id of this.ownNamed(name)) return this.nameOffset(id);
    return this.base?.offsetOf(name) ?? 0;
  }

  private *ownNamed(name: string): Generator<number> {
    this.names ??= new BtfNames(this.words, this.starts, {
      own: this.strings,
      base: this.base?.strings ?? this.strings,
      from: this.stringsFrom,
    });
    for (const index of this.names.of(name))
      if (this.name(this.first + index) === name) yield this.first + index;
  }

  /** Names and values of an enum, as signed 32-bit numbers. */
  values(id: number): [name: string, value: number][] {
    return Array.from({ length: this.length(id) }, (_, index) => [
      this.text(this.follower(id, index, ENUM.name)),
      this.follower(id, index, ENUM.value) | 0,
    ]);
  }

  /** A word of the nth thing that follows the type. */
  private follower(id: number, index: number, word: number): number {
    const [, each = 0] = TRAILERS.get(this.kind(id)) ?? [];
    return this.word(id, SHORTEST + each * index + word);
  }

  /** The type behind const, volatile, restrict, typedefs and tags. */
  resolve(id: number): number {
    let at = id;
    while (isModifier(this.kind(at))) at = this.sizeOrType(at);
    return at;
  }
}
