/** What it is drawn on, such as process.stderr. */
interface Out {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const CLEAR = '\r\x1b[K';

/** A line at a terminal's end about what is under way: the next one stands in its place. Elsewhere it says nothing. */
export class Progress {
  private isShown = false;

  constructor(private readonly out: Out) {}

  /** Somebody may be waiting. */
  get isSeen(): boolean {
    return this.out.isTTY === true;
  }

  /** `text`: without control characters; each of them one cell. */
  show(text: string): void {
    if (!this.isSeen) return;
    this.out.write(`${CLEAR}${text.slice(0, Math.max(0, (this.out.columns || 80) - 1))}`);
    this.isShown = true;
  }

  /** Before anything else is written there, and at the end. */
  clear(): void {
    if (this.isShown) this.out.write(CLEAR);
    this.isShown = false;
  }
}
