import { setTimeout } from 'node:timers/promises';
import type { Expression } from '../filter/ast.ts';
import type { AlertRule } from '../model/alerts/rule.ts';
import type { Line, Piece } from '../model/lines.ts';
import type { Status } from '../model/model.ts';
import type { Answer, Question, RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import { PANE_NAMES, wishesOf } from '../panes/registry.ts';
import { closingLines, type Report } from './report.ts';
import type { LineWriter } from './writer.ts';

export interface TextRun {
  source: RowSource;
  report: Report<Line>;
  writer: LineWriter;
  filter: Expression | null;
  /** Whose processes alone; absent: all. */
  cgroup?: string | null;
  wire: boolean;
  readsTls: boolean;
  withQueries: boolean;
  rules?: readonly AlertRule[];
  intervalMs: number;
  durationMs: number | null;
  /** Rows, or reports. */
  count: number | null;
  /** Resolves when there is no more to come; absent: there always is. */
  over?: Promise<void>;
  /** Resolves when the user wants an end. */
  interrupted: Promise<void>;
  /** Resolves when the user wants it at once. */
  hurried: Promise<void>;
  nowUs: () => number;
  /** For the closing line; null where the output has its own. */
  note: ((line: string) => void) | null;
  /** For what could not be written. */
  complain: (line: string) => void;
  /** Told at each answer, for who waits: how much is written by now, lines or blocks, and what is lost. */
  progress?: (written: number, status: Status) => void;
}

/** After a signal, a reader that takes nothing for so long gets nothing more: the end takes less than a second. */
const STILL_MS = 600;

/** Writes the report until the user, the duration or the count ends it. Rejects when the capture fails. */
export async function runText(run: TextRun): Promise<void> {
  const { source, report, writer } = run;
  const failed = new Promise<never>((_, reject) => {
    source.onFailure(reject);
  });
  const enough = new Promise<void>((resolve) => {
    writer.onGone(resolve);
    if (run.durationMs !== null) void setTimeout(run.durationMs, undefined, { ref: false }).then(resolve);
  });
  const lines = new ReportLines(run);
  await writer.lines(report.begin());
  source.onAnswer((answer) => {
    lines.answer(answer);
    run.progress?.(writer.written, answer.status);
  });
  // which of a batch's lines are of so many rows is known here alone
  if (report.style && source.onLines && run.count === null)
    source.onLines(report.style, (pieces) => lines.pieces(pieces));
  else if (report.stream !== null) source.onRows(report.stream, (rows) => lines.rows(rows));
  source.ask(question(run));
  await Promise.race([lines.counted, enough, run.interrupted, failed, ...(run.over ? [run.over] : [])]);
  const impatience = run.interrupted.then(() => writer.endsWhenStill(STILL_MS));
  void run.hurried.then(() => writer.abandon());
  const last = await Promise.race([source.finish(Promise.race([impatience, run.hurried])), failed]);
  await lines.end(last);
  const tell = run.note ?? (writer.unwritten > 0 ? run.complain : null);
  if (last && tell) for (const line of closingLines(last.status)) tell(line);
  if (writer.unwritten > 0)
    run.complain(`nettop: ${writer.unwritten} lines were not written: nobody read them in time`);
}

function question({ filter, cgroup, wire, intervalMs, report, ...wishes }: TextRun): Question {
  const { views, named } = report;
  const shown = PANE_NAMES.filter((name) => views[name]);
  return {
    filter,
    ...(cgroup && { cgroup }),
    intervalMs,
    views: {
      ...views,
      ...(wire && { wire: {} }),
      ...Object.fromEntries(shown.map((name) => [name, { ...views[name], ...wishesOf(name, wishes) }])),
    },
    inspect: null,
    ...(named && { asked: true }),
    resets: 0,
  };
}

/** Turns answers and packets into lines, in order, at most as many as were asked for. */
class ReportLines {
  /** Resolves when there are as many as were asked for. */
  readonly counted: Promise<void>;
  private reached: () => void = () => {};
  private left: number;
  private answers = 0;
  /** Reports that were left out, as lines before them waited for the reader. */
  private skipped = 0;
  private writing = Promise.resolve();

  constructor(private readonly run: TextRun) {
    this.left = run.count ?? Number.POSITIVE_INFINITY;
    this.counted = new Promise((resolve) => {
      this.reached = resolve;
    });
  }

  answer(answer: Answer): void {
    const { report, nowUs } = this.run;
    // The first answer is made before anything could be measured.
    if (this.answers++ === 0 || report.isQuiet || this.left <= 0) return;
    if (this.run.writer.isBehind) this.skipped++;
    else this.write(report.answer(answer, nowUs()));
    if (report.stream === null) this.spend(1);
  }

  async rows(rows: Streams[keyof Streams]): Promise<void> {
    const wanted = rows.slice(0, this.left) as Streams[keyof Streams];
    this.write(this.run.report.rows(wanted));
    this.spend(wanted.length);
    await this.writing;
  }

  async pieces(pieces: readonly Piece[]): Promise<void> {
    this.writing = this.writing.then(() => this.run.writer.pieces(pieces));
    await this.writing;
  }

  async end(last: Answer | null): Promise<void> {
    const { report, nowUs, writer } = this.run;
    if (last) this.answer(last);
    if (last && this.skipped > 0)
      last.status.warnings.push(`${this.skipped} reports were not written: the reader was behind`);
    // sums of what could not be written would be taken for what is there
    if (last && !writer.hasFailed) this.write(report.end(last, nowUs()));
    await this.writing;
    await writer.end();
  }

  private spend(count: number): void {
    this.left -= count;
    if (this.left <= 0) this.reached();
  }

  private write(lines: readonly Line[]): void {
    this.writing = this.writing.then(() => this.run.writer.lines(lines));
  }
}
