/** Blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian. Pure. */

export interface Option {
  code: number;
  value: Uint8Array;
}

export const LINK_TYPE = { ethernet: 1, raw: 101 } as const;

const BLOCK = { section: 0x0a0d0d0a, interface: 1, statistics: 5, packet: 6 } as const;
const BYTE_ORDER = 0x1a2b3c4d;
/** An option's length has 16 bits: a character takes three bytes at most. */
const MOST_CHARACTERS = 20_000;
const END_OF_OPTIONS = Buffer.alloc(4);

export const text = (code: number, value: string): Option => ({
  code,
  value: Buffer.from(value.slice(0, MOST_CHARACTERS)),
});

export const byte = (code: number, value: number): Option => ({ code, value: Buffer.from([value]) });

export const words = (code: number, ...numbers: number[]): Option => ({ code, value: wordBytes(...numbers) });

export function long(code: number, number: bigint): Option {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(number);
  return { code, value };
}

/** A time in a block of statistics: its upper and its lower half. */
export const time = (code: number, ns: bigint): Option => words(code, ...halves(ns));

/** Comes first; the section has no length, as it is written while it grows. */
export function sectionHeader(options: readonly Option[]): Buffer {
  const body = Buffer.alloc(16, 0xff);
  body.writeUInt32LE(BYTE_ORDER);
  body.writeUInt16LE(1, 4);
  body.writeUInt16LE(0, 6);
  return block(BLOCK.section, [body], options);
}

/** Interfaces have numbers in the order of their blocks, from 0. `snapLength`: a frame has at most so many bytes. */
export function interfaceDescription(
  linkType: number,
  snapLength: number,
  options: readonly Option[],
): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkType);
  body.writeUInt32LE(snapLength, 4);
  return block(BLOCK.interface, [body], options);
}

/** `timeNs`: since the epoch; `length`: of the frame, of which `bytes` are there. */
export function packet(
  { at, timeNs, bytes, length }: { at: number; timeNs: bigint; bytes: Uint8Array; length: number },
  options: readonly Option[],
): Buffer {
  const head = wordBytes(at, ...halves(timeNs), bytes.length, length);
  return block(BLOCK.packet, [head, bytes], options);
}

export function interfaceStatistics(at: number, timeNs: bigint, options: readonly Option[]): Buffer {
  return block(BLOCK.statistics, [wordBytes(at, ...halves(timeNs))], options);
}

function wordBytes(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * index);
  return bytes;
}

const halves = (number: bigint): [number, number] => [Number(number >> 32n), Number(number & 0xffffffffn)];

/** Each part is filled up to whole words; the length stands at both ends. */
function block(type: number, body: readonly Uint8Array[], options: readonly Option[]): Buffer {
  const parts = [...body, ...options.flatMap(optionParts), ...(options.length > 0 ? [END_OF_OPTIONS] : [])];
  const length = 12 + parts.reduce((sum, part) => sum + padded(part.length), 0);
  const whole = Buffer.alloc(length);
  whole.writeUInt32LE(type);
  whole.writeUInt32LE(length, 4);
  let at = 8;
  for (const part of parts) {
    whole.set(part, at);
    at += padded(part.length);
  }
  whole.writeUInt32LE(length, at);
  return whole;
}

function optionParts({ code, value }: Option): Uint8Array[] {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code);
  head.writeUInt16LE(value.length, 2);
  return [head, value];
}

const padded = (length: number): number => (length + 3) & ~3;
