import type { Readable } from 'node:stream';
import { type Damage, type Frames, RecordingParser } from './parser.ts';

/** A recording that comes out of a pipe, as it is written. */
export class FramePipe {
  private readonly parser = new RecordingParser();
  /** All of it was read. */
  isAtEnd = false;
  private wake: () => void = () => {};

  constructor(private readonly input: Readable) {
    const ended = () => {
      this.isAtEnd = true;
      this.parser.end();
      this.wake();
    };
    input
      .on('data', (bytes: Buffer) => {
        this.parser.push(bytes);
        input.pause(); // until what it brought is told
        this.wake();
      })
      .on('end', ended)
      .on('error', ended);
  }

  get header() {
    return this.parser.header;
  }

  get damage(): Damage {
    return this.parser.damage;
  }

  next(): Frames | null {
    return this.parser.next();
  }

  /** Resolves when there may be another; to false where no more come. */
  async more(): Promise<boolean> {
    if (this.isAtEnd) return false;
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.input.resume();
    await woken;
    return true;
  }

  close(): void {
    this.input.destroy();
  }
}
