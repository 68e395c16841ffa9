import { KIND } from './btf-kinds.ts';
import type { BtfTypes } from './btf-types.ts';

/**
 * Of the kernel's 150,000 types those that relocations ask for, as BTF of their own: libbpf reads all of them anew for
 * each object, and looks through them for each name. What a pointer points to is left out, as no relocation leads there.
 */

const MAGIC_AND_VERSION = 0x1eb9f;
const HEADER_WORDS = 6;
const NAMED: number[] = [KIND.int, KIND.struct, KIND.union, KIND.enum, KIND.enum64, KIND.typedef];
const MODIFIERS: number[] = [KIND.typedef, KIND.volatile, KIND.const, KIND.restrict, KIND.typeTag];
const POINTER = Uint32Array.of(0, KIND.pointer << 24, 0);
/** Words between two members, values, and how many there are before the first. */
const EACH = new Map<number, number>([
  [KIND.struct, 3],
  [KIND.union, 3],
  [KIND.enum, 2],
  [KIND.enum64, 3],
]);
const FIRST = 3;
/** Room at first, in words and in bytes; it is doubled when it is full. */
const ROOM = 1 << 15;

/** What a section's types and names are here. */
interface Taken {
  numbers: Map<number, number>;
  names: Map<number, number>;
}

/** It only grows: most of what an object asks for, those before it have asked for. */
export class SmallBtf {
  private readonly asked = new Set<string>();
  private readonly taken = new Map<BtfTypes, Taken>();
  private count = 0;
  private words = new Uint32Array(ROOM);
  private wordsEnd = HEADER_WORDS;
  private strings = new Uint8Array(ROOM);
  private stringsEnd = 1;
  private pointer = 0;

  /** `parts`: the kernel's own types, then modules'. A name that the kernel itself has is not sought in modules. */
  with(names: Iterable<string>, parts: Iterable<BtfTypes>): Buffer {
    let missing = [...names].filter((name) => !this.asked.has(name));
    for (const name of missing) this.asked.add(name);
    const sections = parts[Symbol.iterator]();
    for (let isKernel = true; missing.length > 0; isKernel = false) {
      const { value: types, done } = sections.next();
      if (done) break;
      const told = types.named(missing).filter((id) => NAMED.includes(types.kind(id)));
      for (const id of told) this.add(types, id);
      const there = new Set(told.map((id) => types.name(id)));
      if (isKernel) missing = missing.filter((name) => !there.has(name));
    }
    return this.bytes();
  }

  private bytes(): Buffer {
    const length = 4 * (this.wordsEnd - HEADER_WORDS);
    this.words.set([MAGIC_AND_VERSION, 4 * HEADER_WORDS, 0, length, length, this.stringsEnd]);
    return Buffer.concat([
      new Uint8Array(this.words.buffer, 0, 4 * this.wordsEnd),
      this.strings.subarray(0, this.stringsEnd),
    ]);
  }

  /** The number that a type has here. */
  private add(from: BtfTypes, id: number): number {
    const types = from.holding(id);
    const kind = types.kind(id);
    if (kind === 0 || kind === KIND.prototype || kind === KIND.function) return 0;
    if (kind === KIND.pointer) {
      this.pointer ||= this.append(POINTER);
      return this.pointer;
    }
    const taken = this.of(types);
    const known = taken.numbers.get(id);
    if (known !== undefined) return known;
    const words = types.wordsOf(id);
    const at = this.wordsEnd;
    const number = this.append(words);
    taken.numbers.set(id, number);
    this.translate(types, kind, at, words.length);
    return number;
  }

  /** Puts its words behind the others; the number of the type. */
  private append(words: Uint32Array): number {
    const end = this.wordsEnd + words.length;
    this.words = withRoom(this.words, end);
    this.words.set(words, this.wordsEnd);
    this.wordsEnd = end;
    return ++this.count;
  }

  /** Names and numbers within the type are those of here from now on. */
  private translate(types: BtfTypes, kind: number, start: number, length: number): void {
    this.name(types, start);
    const each = EACH.get(kind);
    if (MODIFIERS.includes(kind)) this.refer(types, start + 2);
    else if (kind === KIND.array) for (const at of [FIRST, FIRST + 1]) this.refer(types, start + at);
    for (let at = FIRST; each !== undefined && at < length; at += each) {
      this.name(types, start + at);
      if (kind === KIND.struct || kind === KIND.union) this.refer(types, start + at + 1);
    }
  }

  private refer(types: BtfTypes, at: number): void {
    const number = this.add(types, this.words[at] as number);
    this.words[at] = number; // by now they may be others
  }

  private name(types: BtfTypes, at: number): void {
    const offset = this.words[at] as number;
    const { names } = this.of(types);
    const known = offset === 0 ? 0 : names.get(offset);
    this.words[at] = known ?? this.stringsEnd;
    if (known !== undefined) return;
    names.set(offset, this.stringsEnd);
    const bytes = types.textBytes(offset);
    this.strings = withRoom(this.strings, this.stringsEnd + bytes.length + 1);
    this.strings.set(bytes, this.stringsEnd);
    this.stringsEnd += bytes.length + 1;
  }

  private of(types: BtfTypes): Taken {
    const known = this.taken.get(types) ?? { numbers: new Map(), names: new Map() };
    this.taken.set(types, known);
    return known;
  }
}

function withRoom<Room extends Uint8Array | Uint32Array>(room: Room, length: number): Room {
  if (length <= room.length) return room;
  const larger = new (room.constructor as new (length: number) => Room)(Math.max(length, 2 * room.length));
  larger.set(room);
  return larger;
}
