import type { Readable } from 'node:stream';
import { type Damage, type Frames, NoRecordingError, RecordingParser } from './parser.ts';

/** A recording that comes out of a pipe, as it is written. */
export class FramePipe {
  private readonly parser = new RecordingParser();
  /** All of it was read. */
  isAtEnd = false;
  private wake: () => void = () => {};
  private first: Frames | null = null;

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

  /** Waits for its beginning: then the header is known. Throws a NoRecordingError where it ends before that. */
  async begin(): Promise<void> {
    do this.first = this.parser.next();
    while (!this.first && (await this.more()));
    if (!this.first) throw new NoRecordingError('holds nothing: it ended within its first second');
  }

  next(): Frames | null {
    const frames = this.first ?? this.parser.next();
    this.first = null;
    return frames;
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
