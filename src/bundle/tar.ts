import { writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** One file of an archive. */
export interface TarEntry {
  /** Its path in the archive: ASCII, at most 100 characters. */
  name: string;
  /** Bytes, of which the content has to have as many. */
  size: number;
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** POSIX.1-1988 (ustar): where each field stands, and how long it is. */
const FIELD = {
  name: 0,
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  time: 136,
  sum: 148,
  type: 156,
  magic: 257,
};
const FILE = '0';
const LARGEST = 8 ** 11 - 1;

export const textEntry = (name: string, text: string): TarEntry => {
  const bytes = Buffer.from(text);
  return { name, size: bytes.length, content: [bytes] };
};

/**
 * Writes a .tar.gz of the files, which nobody but their owner may read. Rejects where a file has another size, and with
 * the system's error where it cannot be written.
 */
export async function writeTarGz(fd: number, entries: readonly TarEntry[], seconds: number): Promise<void> {
  let failure: unknown;
  const write = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    try {
      for await (const piece of pieces) for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  try {
    await pipeline(Readable.from(blocks(entries, seconds)), createGzip(), write);
  } catch (error) {
    throw failure ?? error; // else it is told that the rest of the way was given up
  }
}

async function* blocks(entries: readonly TarEntry[], seconds: number): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield head(entry, seconds);
    let size = 0;
    for await (const piece of entry.content) {
      size += piece.length;
      yield piece;
    }
    if (size !== entry.size) throw new Error(`${entry.name} has ${size} bytes, not ${entry.size}`);
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function head({ name, size }: TarEntry, seconds: number): Buffer {
  if (size > LARGEST) throw new Error(`${name} is too large for an archive`);
  const bytes = Buffer.alloc(BLOCK);
  const octal = (at: number, digits: number, value: number) =>
    bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  bytes.write(name, FIELD.name, 'latin1');
  octal(FIELD.mode, 7, 0o600);
  octal(FIELD.uid, 7, 0);
  octal(FIELD.gid, 7, 0);
  octal(FIELD.size, 11, size);
  octal(FIELD.time, 11, seconds);
  bytes.write(FILE, FIELD.type, 'latin1');
  bytes.write('ustar\x0000', FIELD.magic, 'latin1');
  bytes.fill(' ', FIELD.sum, FIELD.sum + 8, 'latin1'); // the sum counts its own field as spaces
  octal(
    FIELD.sum,
    6,
    bytes.reduce((sum, byte) => sum + byte, 0),
  );
  bytes[FIELD.sum + 6] = 0;
  return bytes;
}
