import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.ts';

/**
 * A recording is a line with its version, then blocks. A block is a head of 48 bytes and two parts, each compressed
 * (raw deflate): what everybody reads, and traced packets, which are read while somebody looks at the trace.
 */
const MAGIC = 'nettop recording ';
/** Since version 2 there is more than the feed, and readers pass over kinds of entries that they do not know. */
export const VERSION = 2;
export const VERSIONS: readonly string[] = ['1', String(VERSION)];
export const BEGIN = Buffer.from(`${MAGIC}${VERSION}\n`);

export const BLOCK = { header: 1, entries: 2, index: 3 } as const;
export const HEAD = 48;
export const MARK = Buffer.from('nBLK');
/** Of one part: a block holds a second, or some MB. */
const LARGEST = 1 << 28;
/** A second is written while it goes on: little time for a little more of a file. */
const LEVEL = 1;

export interface Block {
  type: number;
  /** Of its first and its last entry; monotonic, ns. */
  fromNs: number;
  untilNs: number;
  main: Buffer;
  bulk: Buffer;
}

/** What stands in a block's head. */
export interface Head {
  type: number;
  fromNs: number;
  untilNs: number;
  mainStored: number;
  mainSize: number;
  bulkStored: number;
  bulkSize: number;
  sum: number;
}

export function encodeBlock({ type, fromNs, untilNs, main, bulk }: Block): Buffer {
  const parts = [main, bulk].map((part) =>
    part.length === 0 ? part : deflateRawSync(part, { level: LEVEL }),
  ) as [Buffer, Buffer];
  const head = Buffer.alloc(HEAD);
  MARK.copy(head);
  head.writeUInt8(type, 4);
  head.writeUInt32LE(parts[0].length, 8);
  head.writeUInt32LE(main.length, 12);
  head.writeUInt32LE(parts[1].length, 16);
  head.writeUInt32LE(bulk.length, 20);
  head.writeDoubleLE(fromNs, 24);
  head.writeDoubleLE(untilNs, 32);
  head.writeUInt32LE(crc32(parts[1], crc32(parts[0])), 40);
  head.writeUInt32LE(crc32(head.subarray(0, 44)), 44);
  return Buffer.concat([head, ...parts]);
}

/** null: no block begins there, or its head is damaged. */
export function readHead(bytes: Buffer, at: number): Head | null {
  if (bytes.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0) return null;
  if (crc32(bytes.subarray(at, at + 44)) !== bytes.readUInt32LE(at + 44)) return null;
  const head = {
    type: bytes.readUInt8(at + 4),
    mainStored: bytes.readUInt32LE(at + 8),
    mainSize: bytes.readUInt32LE(at + 12),
    bulkStored: bytes.readUInt32LE(at + 16),
    bulkSize: bytes.readUInt32LE(at + 20),
    fromNs: bytes.readDoubleLE(at + 24),
    untilNs: bytes.readDoubleLE(at + 32),
    sum: bytes.readUInt32LE(at + 40),
  };
  const { mainStored, mainSize, bulkStored, bulkSize } = head;
  return Math.max(mainStored, mainSize, bulkStored, bulkSize) <= LARGEST ? head : null;
}

/** The two parts as they were stored; false: they are damaged. */
export function isWhole({ sum }: Head, stored: Buffer): boolean {
  return crc32(stored) === sum;
}

/** A part as it was. Throws an Error where it is no such part. */
export function inflate(stored: Buffer, size: number): Buffer {
  if (size === 0) return stored.subarray(0, 0);
  return inflateRawSync(stored, { maxOutputLength: size });
}

/** The version that a file's first line tells; null: it is no recording. */
export function versionOf(begin: Buffer): string | null {
  const [, version] = new RegExp(`^${MAGIC}(\\d{1,9})\\n`).exec(begin.toString('latin1', 0, 40)) ?? [];
  return version ?? null;
}
