import { constants, openSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { CaptureError, UsageError } from '../errors.ts';

const READER_MS = 20;

/**
 * Where a capture file goes: '-' is the standard output, which must be no terminal. A file that is there is
 * written over. A named pipe is waited for until it has a reader.
 */
export async function openOutput(path: string): Promise<Writable> {
  if (path === '-' && !process.stdout.isTTY) return process.stdout;
  if (path === '-')
    throw new UsageError(
      '--pcapng -: a capture file is no text: give a FILE, or a pipe such as | wireshark -k -i -',
    );
  try {
    if (isPipe(path)) return await openPipe(path);
    return (await open(path, 'w')).createWriteStream();
  } catch (error) {
    throw new CaptureError(
      `--pcapng: ${(error as Error).message}`,
      'give a file in a folder that you may write to',
    );
  }
}

/** A named one. */
export const isPipe = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;

/** Not as a file: a reader that stands still would keep a thread of Node, and nettop from ending. */
async function openPipe(path: string): Promise<Writable> {
  for (;;) {
    try {
      return new Socket({ fd: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), readable: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await setTimeout(READER_MS);
    }
  }
}
