import { rangeOf } from './bytes.ts';
import { decodeHuffman } from './hpack-huffman.ts';
import { STATIC } from './hpack-static.ts';

/** A character for each byte, as sent; null: not known, or not kept. */
export interface HeaderField {
  name: string | null;
  value: string | null;
}

interface Entry extends HeaderField {
  size: number;
}

interface Position {
  at: number;
}

const DEFAULT_CAPACITY = 4096;
/** More is not kept, whatever the encoder may; what it refers to then is unknown. */
const MOST_CAPACITY = 65_536;
const ENTRY_OVERHEAD = 32;
const MAX_FIELDS = 256;
const UNKNOWN: HeaderField = { name: null, value: null };

/**
 * The header blocks of one direction of an HTTP/2 connection, in order (RFC 7541). Values are kept of the names that
 * `keeps` lets through alone. The newest entry of the dynamic table has the lowest index: so what was added since is
 * known even where the beginning was missed, and what was not is told as unknown, never as something else.
 */
export class Hpack {
  /** The newest first. */
  #entries: Entry[] = [];
  #size = 0;
  #capacity = DEFAULT_CAPACITY;
  readonly #keeps: (name: string) => boolean;

  constructor(keeps: (name: string) => boolean) {
    this.#keeps = keeps;
  }

  /** A block was missed, or only a part of it seen: the entries from before have no known place any more. */
  forget(): void {
    this.#entries = [];
    this.#size = 0;
  }

  /** The fields of a block, of many the first; null where it is none, and then nothing from before is known. */
  decode(block: Uint8Array): HeaderField[] | null {
    const fields: HeaderField[] = [];
    const position = { at: 0 };
    while (position.at < block.length) {
      const field = this.#next(block, position);
      if (field === null) {
        this.forget();
        return null;
      }
      if (field !== 'none' && fields.length < MAX_FIELDS) fields.push(field);
    }
    return fields;
  }

  /** `none`: it changed the table's capacity. */
  #next(block: Uint8Array, position: Position): HeaderField | null | 'none' {
    const first = block[position.at] ?? 0;
    if (first >= 0x80) {
      const index = integer(block, position, 7);
      return index === null || index === 0 ? null : this.#entry(index);
    }
    if (first >= 0x40) return this.#add(this.#literal(block, position, 6));
    if (first < 0x20) return this.#literal(block, position, 4);
    const capacity = integer(block, position, 5);
    if (capacity === null) return null;
    this.#capacity = Math.min(capacity, MOST_CAPACITY);
    this.#evict();
    return 'none';
  }

  #entry(index: number): HeaderField {
    const known = STATIC[index - 1];
    if (known !== undefined) return { name: known[0], value: known[1] };
    return this.#entries[index - 1 - STATIC.length] ?? UNKNOWN;
  }

  #literal(block: Uint8Array, position: Position, bits: number): Entry | null {
    const index = integer(block, position, bits);
    if (index === null) return null;
    const name = index === 0 ? string(block, position) : this.#entry(index).name;
    const value = string(block, position);
    if (value === null || (index === 0 && name === null)) return null;
    const kept = name !== null && this.#keeps(name) ? value : null;
    return { name, value: kept, size: ENTRY_OVERHEAD + (name?.length ?? 0) + value.length };
  }

  #add(entry: Entry | null): Entry | null {
    if (entry === null) return null;
    this.#entries.unshift(entry);
    this.#size += entry.size;
    this.#evict();
    return entry;
  }

  #evict(): void {
    while (this.#size > this.#capacity) this.#size -= this.#entries.pop()?.size ?? this.#size;
  }
}

/** RFC 7541, 5.1; null where it is cut or too large to be meant. */
function integer(block: Uint8Array, position: Position, bits: number): number | null {
  const most = (1 << bits) - 1;
  let value = (block[position.at++] ?? 0) & most;
  if (value < most) return value;
  for (let shift = 0; shift <= 21; shift += 7) {
    const byte = block[position.at++];
    if (byte === undefined) return null;
    value += (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return null;
}

/** RFC 7541, 5.2. */
function string(block: Uint8Array, position: Position): string | null {
  const isHuffman = (block[position.at] ?? 0) >= 0x80;
  if (position.at >= block.length) return null;
  const length = integer(block, position, 7);
  if (length === null || position.at + length > block.length) return null;
  const [from, to] = [position.at, position.at + length];
  position.at = to;
  return isHuffman ? decodeHuffman(block, from, to) : rangeOf(block, from, to).toString('latin1');
}
