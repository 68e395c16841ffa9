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
const INFO_POINTER = KIND.pointer << 24;
/** Words between two members, values, and how many there are before the first. */
const EACH = new Map<number, number>([
  [KIND.struct, 3],
  [KIND.union, 3],
  [KIND.enum, 2],
  [KIND.enum64, 3],
]);
const FIRST = 3;

/** `parts`: the kernel's own types, then modules'. A name that the kernel itself has is not sought in modules. */
export function smallBtf(names: ReadonlySet<string>, parts: Iterable<BtfTypes>): Buffer {
  const writer = new Writer();
  let missing = names;
  for (const types of parts) {
    const told = types.named(missing).filter((id) => NAMED.includes(types.kind(id)));
    for (const id of told) writer.add(types, id);
    const there = new Set(told.map((id) => types.name(id)));
    if (missing === names) missing = new Set([...names].filter((name) => !there.has(name)));
    if (missing.size === 0) break;
  }
  return writer.bytes();
}

class Writer {
  private readonly types: (Uint32Array | null)[] = [];
  private readonly strings: Buffer[] = [Buffer.alloc(1)];
  private stringsLength = 1;
  private readonly offsets = new Map<string, number>([['', 0]]);
  private readonly numbers = new Map<BtfTypes, Map<number, number>>();
  private pointer = 0;

  /** The number that a type has here. */
  add(from: BtfTypes, id: number): number {
    const types = from.holding(id);
    const kind = types.kind(id);
    if (kind === 0 || kind === KIND.prototype || kind === KIND.function) return 0;
    if (kind === KIND.pointer) {
      this.pointer ||= this.types.push(Uint32Array.of(0, INFO_POINTER, 0));
      return this.pointer;
    }
    const known = this.of(types).get(id);
    if (known !== undefined) return known;
    const number = this.types.push(null);
    this.of(types).set(id, number);
    this.types[number - 1] = this.copy(types, id, kind);
    return number;
  }

  bytes(): Buffer {
    const words = this.types.reduce((sum, type) => sum + (type?.length ?? 0), 0);
    const all = new Uint32Array(HEADER_WORDS + words);
    all.set([MAGIC_AND_VERSION, 4 * HEADER_WORDS, 0, 4 * words, 4 * words, this.stringsLength]);
    let at = HEADER_WORDS;
    for (const type of this.types) {
      if (!type) continue;
      all.set(type, at);
      at += type.length;
    }
    return Buffer.concat([Buffer.from(all.buffer), ...this.strings]);
  }

  private copy(types: BtfTypes, id: number, kind: number): Uint32Array {
    const words = types.wordsOf(id).slice();
    words[0] = this.string(types.name(id));
    const each = EACH.get(kind);
    if (MODIFIERS.includes(kind)) words[2] = this.add(types, words[2] as number);
    else if (kind === KIND.array)
      for (const at of [FIRST, FIRST + 1]) words[at] = this.add(types, words[at] as number);
    for (let at = FIRST; each !== undefined && at < words.length; at += each) {
      words[at] = this.string(types.text(words[at] as number));
      if (kind === KIND.struct || kind === KIND.union)
        words[at + 1] = this.add(types, words[at + 1] as number);
    }
    return words;
  }

  private string(text: string): number {
    const known = this.offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.stringsLength;
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    this.strings.push(bytes);
    this.stringsLength += bytes.length;
    this.offsets.set(text, offset);
    return offset;
  }

  private of(types: BtfTypes): Map<number, number> {
    const known = this.numbers.get(types) ?? new Map<number, number>();
    this.numbers.set(types, known);
    return known;
  }
}
