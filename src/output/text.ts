import type { Answer, PacketSource } from '../question.ts';
import { closingLine, type Report } from './report.ts';
import type { LineWriter } from './writer.ts';

export interface TextRun {
  source: PacketSource;
  report: Report;
  writer: LineWriter;
  filter: string;
  intervalMs: number;
  durationMs: number | null;
  /** Packets, or reports. */
  count: number | null;
  /** Resolves when the user wants an end. */
  interrupted: Promise<void>;
  nowUs: () => number;
  /** For the closing line; null where the output has its own. */
  note: ((line: string) => void) | null;
}

/** Writes the report until the user, the duration or the count ends it. Rejects when the capture fails. */
export async function runText(run: TextRun): Promise<void> {
  const { source, report, writer, nowUs } = run;
  let left = run.count ?? Number.POSITIVE_INFINITY;
  let reports = 0;
  let stop: () => void = () => {};
  const enough = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  writer.onGone(stop);
  await writer.lines(report.begin());

  let answering = Promise.resolve();
  const writeAnswer = (answer: Answer): Promise<void> => {
    const lines = left > 0 ? report.answer(answer, nowUs()) : [];
    if (lines.length > 0 && !report.trace && --left <= 0) stop();
    return writer.lines(lines);
  };
  source.onAnswer((answer) => {
    // The first answer is made before anything could be measured.
    if (reports++ > 0) answering = answering.then(() => writeAnswer(answer));
  });
  if (report.trace) {
    source.onPackets(async (rows) => {
      const wanted = rows.slice(0, left);
      left -= wanted.length;
      await writer.lines(report.packets(wanted));
      if (left <= 0) stop();
    });
  }
  source.ask({
    filter: run.filter,
    intervalMs: run.intervalMs,
    trace: report.trace,
    frozen: false,
    views: report.views,
    inspect: null,
    resets: 0,
  });
  const timer = run.durationMs === null ? undefined : setTimeout(stop, run.durationMs);
  await Promise.race([enough, run.interrupted, failed]);
  clearTimeout(timer);

  const last = await Promise.race([source.finish(), failed]);
  await answering;
  if (last && !report.trace) await writeAnswer(last);
  if (last) await writer.lines(report.end(last.status, nowUs()));
  await writer.end();
  if (last && run.note) run.note(closingLine(last.status));
}
