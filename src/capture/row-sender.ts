import type { LineStyle } from '../model/lines.ts';
import type { Streams } from '../model/source.ts';
import { piecesOf } from '../output/pieces.ts';
import type { RowLines } from '../output/row-lines.ts';
import type { Answers } from '../views/answers.ts';
import type { Reply } from './messages.ts';

const BATCH = 2000;
/** Batches that may be on their way: the rest waits in the packet memory. */
const CREDIT = 4;

/** Hands rows out as they come, as fast as they are taken. */
export class RowSender {
  private credit = 0;
  private streaming = false;
  /** null: rows are handed out as they are. */
  private lines: RowLines | null = null;

  constructor(
    private readonly rows: Pick<Answers, 'streams' | 'take'>,
    private readonly post: (reply: Reply) => void,
  ) {}

  /** From now on; with a style as lines. What writes them is loaded where they are asked for. */
  async begin(style: LineStyle | undefined): Promise<void> {
    this.streaming = true;
    if (style) this.lines = (await import('../output/row-lines.ts')).rowLines(style);
    this.credit = CREDIT;
  }

  /** Somebody wants them. */
  get isStreaming(): boolean {
    return this.streaming;
  }

  /** All that may be is on its way, or what writes it is not there yet. */
  get isFull(): boolean {
    return this.streaming && this.credit === 0;
  }

  /** A batch was taken. */
  taken(): void {
    this.credit++;
  }

  /** Nobody takes what is on its way: it is waited for no longer. */
  abandon(): void {
    this.credit = CREDIT;
  }

  /** True: there were any. */
  send(): boolean {
    const before = this.credit;
    while (this.credit > 0 && this.sendBatch()) this.credit--;
    return this.credit < before;
  }

  /** Rows of the first source that has some; false: there are none. */
  private sendBatch(): boolean {
    return this.rows.streams.some((of) => {
      const rows = this.rows.take(of, BATCH);
      if (rows.length > 0) this.postBatch(of, rows);
      return rows.length > 0;
    });
  }

  private postBatch(of: keyof Streams, rows: Streams[keyof Streams]): void {
    if (this.lines?.of === of) this.post({ type: 'lines', pieces: piecesOf(this.lines.rows(rows)) });
    else this.post({ type: 'rows', of, rows } as Reply);
  }
}
