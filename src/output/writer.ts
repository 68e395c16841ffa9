import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { CaptureError } from '../errors.ts';
import type { Line, Piece } from '../model/lines.ts';
import { piecesOf } from './pieces.ts';

const FULL = 'is the disk full, or the terminal gone?';
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
  private failure: Error | null = null;
  /** Lines that the reader has not taken yet. */
  private waiting = 0;
  private taken = 0;
  private isAbandoned = false;

  /** `unit`: what a line is, for those who read that it could not be written. */
  constructor(
    private readonly out: Writable,
    private readonly unit = 'lines',
  ) {
    out.on('drain', () => this.goOn());
    out.on('error', (error: NodeJS.ErrnoException) => {
      this.close(error);
      this.gone();
    });
  }

  private close(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') this.failure = error;
    this.closed = true;
    this.goOn();
  }

  /** Called when nobody reads any more. */
  onGone(listener: () => void): void {
    this.gone = listener;
  }

  /** One call at a time: the next one when the promise is resolved. */
  lines(lines: readonly Line[]): Promise<void> {
    return this.pieces(piecesOf(lines));
  }

  /** Likewise. */
  async pieces(pieces: readonly Piece[]): Promise<void> {
    if (this.closed) return;
    for (const { count } of pieces) this.waiting += count;
    if (this.isAbandoned) return;
    let isTaken = true;
    for (const { bytes, count } of pieces) isTaken = this.write(bytes, count);
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

  /** Whether what it writes to takes no more, and somebody has to know. */
  get hasFailed(): boolean {
    return this.failure !== null;
  }

  /** Resolves when everything has left this process. Throws a CaptureError when it could not. */
  async end(): Promise<void> {
    if (!this.closed && !this.isAbandoned) {
      await new Promise<void>((resolve) => {
        this.goOn = resolve;
        this.out.write('', () => resolve());
      });
    }
    if (!this.failure) return;
    const written = this.taken > 0 ? `; ${this.taken} ${this.unit} or more were written before` : '';
    throw new CaptureError(`cannot write: ${this.failure.message}${written}`, FULL);
  }
}
