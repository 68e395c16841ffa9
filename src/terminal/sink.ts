import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:tty';

const FRAME_MS = 16;

type Output = Pick<WriteStream, 'write' | 'once' | 'writableNeedDrain'>;

export interface ScreenSize {
  columns: number;
  rows: number;
}

/**
 * The stdout that Ink gets. With `debug: true` Ink writes each frame whole; the sink writes the lines that
 * changed, in one synchronised update and never faster than the terminal takes them. Ink's own writer clears
 * screen and scrollback for a frame as high as the screen.
 */
export class FrameSink extends EventEmitter {
  readonly isTTY = true;
  private shown: string[] = [];
  private latest: string | undefined;
  private pending = false;
  private paused = false;
  private timer: NodeJS.Timeout | undefined;
  private waiting = false;
  private paintedAt = 0;

  /** `size`: what frames are laid out for. `look` is called before each, and resizes if the terminal has another. */
  constructor(
    private readonly output: Output,
    private size: ScreenSize,
    private readonly look: () => void = () => {},
  ) {
    super();
  }

  get columns(): number {
    return this.size.columns;
  }

  get rows(): number {
    return this.size.rows;
  }

  /** From now on frames are laid out for this size: what was drawn for another is never painted. */
  resize(size: ScreenSize): void {
    if (size.columns === this.columns && size.rows === this.rows) return;
    this.size = size;
    this.latest = undefined;
    this.pending = false;
    this.shown = [];
  }

  /** Ink's stream interface; it waits for the callback before it ends. */
  write(frame: string, encoding?: unknown, callback?: unknown): boolean {
    const done = typeof encoding === 'function' ? encoding : callback;
    const cursorOnly = frame === '' || frame.startsWith('\x1b[?25');
    if (!cursorOnly) {
      this.latest = frame;
      this.pending = true;
      this.schedule();
    }
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  }

  /** The screen is no longer what was painted: paints the last frame whole. */
  repaint(): void {
    this.shown = [];
    this.pending = this.latest !== undefined;
    this.flush();
  }

  /** Into the clipboard of the terminal, where it lets programs (OSC 52). */
  copy(text: string): void {
    if (!this.paused) this.output.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
  }

  /** Nothing is written until resume(): the terminal belongs to someone else. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.repaint();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.waiting) return;
    const wait = this.paintedAt + FRAME_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.pending || this.paused || this.waiting) return;
    this.look();
    if (!this.pending) return;
    if (this.output.writableNeedDrain) {
      this.waiting = true;
      this.output.once('drain', () => {
        this.waiting = false;
        this.flush();
      });
      return;
    }
    this.paint((this.latest ?? '').split('\n'));
  }

  private paint(lines: string[]): void {
    this.pending = false;
    this.paintedAt = performance.now();
    const whole = this.shown.length === 0;
    let changes = '';
    for (let row = 0; row < this.rows; row++) {
      if (!whole && lines[row] === this.shown[row]) continue;
      // Erased before the text: after a full line the cursor still stands on its last cell.
      changes += `\x1b[${row + 1};1H\x1b[2K${lines[row] ?? ''}`;
    }
    this.shown = lines;
    if (changes !== '') this.output.write(`\x1b[?2026h\x1b[m${changes}\x1b[m\x1b[?2026l`);
  }
}
