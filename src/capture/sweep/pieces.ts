import { readSync } from 'node:fs';

/** Bytes of a sweep that are read at a time; the kernel gives less. */
export const PIECE = 1 << 18;

/**
 * Reads a descriptor to its end, piece by piece, into the same bytes. `take` is called with how many there
 * are, and returns how many of them it is done with: a read may end in the middle of a record.
 */
export function* readPieces(fd: number, bytes: Buffer, take: (held: number) => number): Generator<void> {
  let held = 0;
  for (;;) {
    const read = readSync(fd, bytes, held, bytes.length - held, null);
    if (read === 0) return;
    held += read;
    const taken = take(held);
    bytes.copyWithin(0, taken, held);
    held -= taken;
    yield;
  }
}
