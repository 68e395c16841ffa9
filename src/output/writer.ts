import type { Writable } from 'node:stream';
import { CaptureError } from '../errors.ts';

const FULL = 'is the disk full, or the terminal gone?';

/** Writes lines and waits while the reader is behind; a reader that went away ends the run quietly. */
export class LineWriter {
  private gone: () => void = () => {};
  private goOn: () => void = () => {};
  private closed = false;
  private failure: CaptureError | null = null;

  constructor(private readonly out: Writable) {
    out.on('drain', () => this.goOn());
    out.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.failure = new CaptureError(`cannot write: ${error.message}`, FULL);
      this.closed = true;
      this.goOn();
      this.gone();
    });
  }

  /** Called when nobody reads any more. */
  onGone(listener: () => void): void {
    this.gone = listener;
  }

  /** One call at a time: the next one when the promise is resolved. */
  async lines(lines: string[]): Promise<void> {
    if (lines.length === 0 || this.closed) return;
    if (this.out.write(`${lines.join('\n')}\n`)) return;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
  }

  /** Resolves when everything has left this process. Throws a CaptureError when it could not. */
  async end(): Promise<void> {
    if (!this.closed) {
      await new Promise<void>((resolve) => {
        this.goOn = resolve;
        this.out.write('', () => resolve());
      });
    }
    if (this.failure) throw this.failure;
  }
}
