import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { CaptureError } from '../errors.ts';

const FULL = 'is the disk full, or the terminal gone?';
/** A line of text, without its end; or bytes as they are. */
export type Line = string | Uint8Array;

/** Written at once: so much as a pipe holds, so that a reader that takes something is seen to. */
const PIECE = 65_536;

/** In which it is looked whether a reader takes anything. */
const STEPS = 6;

/**
 * Writes lines and waits while the reader is behind. A reader that went away ends the run quietly; one that
 * stands still is waited for until endsWhenStill() or abandon().
 */
export class LineWriter {
  private gone: () => void = () => {};
  private goOn: () => void = () => {};
  private closed = false;
  private failure: CaptureError | null = null;
  /** Lines that the reader has not taken yet. */
  private waiting = 0;
  private taken = 0;
  private isAbandoned = false;

  constructor(private readonly out: Writable) {
    out.on('drain', () => this.goOn());
    out.on('error', (error: NodeJS.ErrnoException) => {
      this.close(error);
      this.gone();
    });
  }

  private close(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') this.failure = new CaptureError(`cannot write: ${error.message}`, FULL);
    this.closed = true;
    this.goOn();
  }

  /** Called when nobody reads any more. */
  onGone(listener: () => void): void {
    this.gone = listener;
  }

  /** One call at a time: the next one when the promise is resolved. */
  async lines(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0 || this.closed) return;
    this.waiting += lines.length;
    if (this.isAbandoned) return;
    let isTaken = true;
    for (const { bytes, count } of piecesOf(lines)) isTaken = this.write(bytes, count);
    if (isTaken) return;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
  }

  private write(bytes: Line, count: number): boolean {
    return this.out.write(bytes, (error) => {
      const isGone = (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
      if (error && isGone) this.close(error); // the event comes after all callbacks: end() would not know yet
      if (error) return;
      this.waiting -= count;
      this.taken += count;
    });
  }

  /** Lines that have left this process. */
  get written(): number {
    return this.taken;
  }

  /** Whether lines wait for the reader. */
  get isBehind(): boolean {
    return this.out.writableNeedDrain;
  }

  /**
   * From now on a reader that takes nothing for so long is given up; resolves then. By steps: while this process
   * itself is busy, or waits for a processor, what the reader took is not known, and no more than a step counts.
   */
  async endsWhenStill(milliseconds: number): Promise<void> {
    for (let still = 0; still < STEPS; ) {
      const before = this.taken;
      await setTimeout(milliseconds / STEPS, undefined, { ref: false });
      still = this.taken === before && this.waiting > 0 ? still + 1 : 0;
    }
    this.abandon();
  }

  /** Waits for the reader no longer. */
  abandon(): void {
    this.isAbandoned = true;
    this.goOn();
  }

  /** Lines that a reader who is still there did not take; known after end(). */
  get unwritten(): number {
    return this.closed ? 0 : this.waiting;
  }

  /** Resolves when everything has left this process. Throws a CaptureError when it could not. */
  async end(): Promise<void> {
    if (!this.closed && !this.isAbandoned) {
      await new Promise<void>((resolve) => {
        this.goOn = resolve;
        this.out.write('', () => resolve());
      });
    }
    if (this.failure) throw this.failure;
  }
}

interface Piece {
  bytes: Line;
  count: number;
}

/** The lines in pieces of some PIECE bytes each, and how many are in it. All are text, or none. */
function piecesOf(lines: readonly Line[]): Piece[] {
  const pieces: Piece[] = [];
  let [begin, length] = [0, 0];
  lines.forEach((line, at) => {
    if (length + line.length >= PIECE && at > begin) {
      pieces.push(pieceOf(lines.slice(begin, at)));
      [begin, length] = [at, 0];
    }
    length += line.length + 1;
  });
  return [...pieces, pieceOf(lines.slice(begin))];
}

function pieceOf(lines: readonly Line[]): Piece {
  const isText = typeof lines[0] === 'string';
  const bytes = isText ? `${lines.join('\n')}\n` : Buffer.concat(lines as readonly Uint8Array[]);
  return { bytes, count: lines.length };
}
