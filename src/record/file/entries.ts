import type { Entry } from '../log.ts';
import { GrowingBytes } from './bytes.ts';
import { packWords, unpackWords } from './packed-words.ts';

/**
 * In a block's main part an entry is the number of its kind and its length, then its bytes. A number that was not
 * there yet is followed by the kind's own length and text. Instead of a kind, TIME says from when on the next ones are.
 * Bit PACKED: the bytes are the place of packed records in the other part, how much there is of them, the words of
 * a record and of all.
 */
const TIME = 0xffff_ffff;
const PACKED = 0x8000_0000;

/** Entries on their way into a block. */
export class EntryEncoder {
  readonly main = new GrowingBytes();
  readonly bulk = new GrowingBytes();
  private readonly kinds = new Map<string, number>();
  private atNs = Number.NaN;

  get size(): number {
    return this.main.length + this.bulk.length;
  }

  add({ atNs, kind, bytes, stride }: Entry): void {
    const { main } = this;
    if (atNs !== this.atNs) {
      this.atNs = atNs;
      main.u32(TIME);
      main.f64(atNs);
    }
    const known = this.kinds.get(kind);
    const number = known ?? this.kinds.size;
    main.u32(stride === undefined ? number : number | PACKED);
    if (known === undefined) {
      this.kinds.set(kind, number);
      const text = Buffer.from(kind);
      main.u32(text.length);
      main.bytes(text);
    }
    if (stride === undefined) {
      main.u32(bytes.length);
      main.bytes(bytes);
    } else this.addPacked(bytes, stride);
  }

  clear(): void {
    this.main.clear();
    this.bulk.clear();
    this.kinds.clear();
    this.atNs = Number.NaN;
  }

  private addPacked({ buffer, byteOffset, length }: Uint8Array, stride: number): void {
    const { main, bulk } = this;
    const packed = packWords(new Uint32Array(buffer, byteOffset, length / 4), stride / 4);
    main.u32(bulk.length);
    main.u32(packed.length);
    main.u32(stride / 4);
    main.u32(length / 4);
    bulk.bytes(new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength));
  }
}

/** Words of all records of an entry. */
const MOST_WORDS = 1 << 26;

/** Records that are unpacked when somebody looks at them. */
class PackedEntry implements Entry {
  readonly stride: number;

  constructor(
    readonly atNs: number,
    readonly kind: string,
    private readonly place: { at: number; words: number; stride: number; length: number },
    private readonly bulk: () => Buffer,
  ) {
    const { stride, length } = place;
    if (stride === 0 || stride > 1024 || length > MOST_WORDS || length % stride > 0)
      throw new Error('records of no length');
    this.stride = 4 * stride;
  }

  /** How many bytes they are. */
  get size(): number {
    return 4 * this.place.length;
  }

  get bytes(): Uint8Array {
    const { at, words, stride, length } = this.place;
    const part = this.bulk().subarray(at, at + 4 * words);
    const packed = new Uint32Array(part.buffer.slice(part.byteOffset, part.byteOffset + (part.length & ~3)));
    return new Uint8Array(unpackWords(packed, stride, length).buffer);
  }
}

/** The entries of a block. Throws an Error where they are no such thing. */
export function decodeEntries(main: Buffer, bulk: () => Buffer): Entry[] {
  const entries: Entry[] = [];
  const kinds: string[] = [];
  let at = 0;
  let atNs = 0;
  const u32 = (): number => {
    at += 4;
    return main.readUInt32LE(at - 4);
  };
  const take = (length: number): Buffer => {
    if (at + length > main.length) throw new Error('an entry is longer than its block');
    at += length;
    return main.subarray(at - length, at);
  };
  while (at < main.length) {
    const tag = u32();
    if (tag === TIME) {
      atNs = take(8).readDoubleLE();
      continue;
    }
    const number = tag & ~PACKED;
    if (number === kinds.length) kinds.push(take(u32()).toString());
    const kind = kinds[number];
    if (kind === undefined) throw new Error('an entry of no kind');
    if (tag & PACKED) {
      const place = { at: u32(), words: u32(), stride: u32(), length: u32() };
      entries.push(new PackedEntry(atNs, kind, place, bulk));
    } else entries.push({ atNs, kind, bytes: take(u32()) });
  }
  return entries;
}
