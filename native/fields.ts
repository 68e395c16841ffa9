/** Members of structs in memory, 64-bit and little endian: how each kind is read and written. */

/** How a member is read and written. */
export interface Field<T> {
  /** Bytes of one, and how many there are in a row. */
  readonly size: number;
  readonly align: number;
  reader(offset: number): (view: DataView, base: number) => T;
  write(view: DataView, at: number, value: T): void;
}

/** An address as four words, most significant first. */
export type Words = [number, number, number, number];

const WORD = 4;
const HIGH = 2 ** 32;

export const u8: Field<number> = {
  size: 1,
  align: 1,
  reader: (offset) => (view, base) => view.getUint8(base + offset),
  write: (view, at, value) => view.setUint8(at, value),
};

export const u16: Field<number> = {
  size: 2,
  align: 2,
  reader: (offset) => (view, base) => view.getUint16(base + offset, true),
  write: (view, at, value) => view.setUint16(at, value, true),
};

export const u32: Field<number> = {
  size: 4,
  align: 4,
  reader: (offset) => (view, base) => view.getUint32(base + offset, true),
  write: (view, at, value) => view.setUint32(at, value, true),
};

export const i32: Field<number> = {
  size: 4,
  align: 4,
  reader: (offset) => (view, base) => view.getInt32(base + offset, true),
  write: (view, at, value) => view.setInt32(at, value, true),
};

/** As a number: exact up to 2^53. */
export const u64: Field<number> = {
  size: 8,
  align: 8,
  reader: (offset) => (view, base) => readU64(view, base + offset),
  write: writeU64,
};

/** One that is compared or shown bit by bit: an address in the kernel, a hash. */
export const u64Exact: Field<bigint> = {
  size: 8,
  align: 8,
  reader: (offset) => (view, base) => view.getBigUint64(base + offset, true),
  write: (view, at, value) => view.setBigUint64(at, value, true),
};

/** 16 bytes in network order. */
export const address: Field<Words> = {
  size: 4 * WORD,
  align: 1,
  reader: (offset) => (view, base) => readWords(view, base + offset),
  write: (view, at, value) => value.forEach((word, index) => void view.setUint32(at + WORD * index, word)),
};

/** A name that ends with a NUL or with its room. The bytes are anything a process chose: not safe to print yet. */
export function name(size: number): Field<string> {
  return {
    size,
    align: 1,
    reader: (offset) => (view, base) => readName(view, base + offset, size),
    write: (view, at, value) => void bytesAt(view, at, size).fill(0).write(value),
  };
}

/** The bytes themselves, where they lie. */
export function bytes(size: number): Field<Uint8Array> {
  return {
    size,
    align: 1,
    reader: (offset) => (view, base) => new Uint8Array(view.buffer, view.byteOffset + base + offset, size),
    write: (view, at, value) => bytesAt(view, at, size).set(value),
  };
}

/** So many of the same in a row. */
export function many<T>(field: Field<T>, count: number): Field<T[]> {
  const { size, align } = field;
  const read = field.reader(0);
  return {
    size: size * count,
    align,
    reader: (offset) => (view, base) =>
      Array.from({ length: count }, (_, index) => read(view, base + offset + size * index)),
    write: (view, at, values) =>
      values.forEach((value, index) => void field.write(view, at + size * index, value)),
  };
}

export function roundUp(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}

export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** A u64 as a number: exact up to 2^53. */
export function readU64(view: DataView, at: number): number {
  return fromHalves(low(view, at), high(view, at));
}

export function fromHalves(low: number, high: number): number {
  return low + high * HIGH;
}

export function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % HIGH, true);
  view.setUint32(at + WORD, Math.floor(value / HIGH), true);
}

/** The halves of a u64: compared, they are exact and make no bigint. */
export function low(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

export function high(view: DataView, at: number): number {
  return view.getUint32(at + WORD, true);
}

export function readWords(view: DataView, at: number): Words {
  return readWordsInto(view, at, [0, 0, 0, 0]);
}

export function readWordsInto(view: DataView, at: number, into: Words): Words {
  for (let index = 0; index < into.length; index++) into[index] = view.getUint32(at + WORD * index);
  return into;
}

export function readName(view: DataView, at: number, length: number): string {
  const found = bytesAt(view, at, length);
  const end = found.indexOf(0);
  return found.toString('utf8', 0, end < 0 ? length : end);
}

function bytesAt(view: DataView, at: number, length: number): Buffer {
  return Buffer.from(view.buffer, view.byteOffset + at, length);
}

/** Keys and values of maps that are one number. */
export function u64Bytes(value: number | bigint): Buffer {
  const made = Buffer.alloc(u64.size);
  if (typeof value === 'bigint') viewOf(made).setBigUint64(0, value, true);
  else writeU64(viewOf(made), 0, value);
  return made;
}

export function u32Bytes(value: number): Buffer {
  const made = Buffer.alloc(u32.size);
  viewOf(made).setUint32(0, value, true);
  return made;
}
