import type { Options } from '../command/options.ts';
import type { RowSource } from '../model/question.ts';
import { isoTime } from '../output/formats/format.ts';
import { NO_REPORT, type Report } from '../output/report.ts';
import { runText } from '../output/text.ts';
import { Batch } from '../ui/batch.ts';
import { progress, say } from './context.ts';
import { open } from './live-source.ts';
import { hidden, privacyOf } from './privacy.ts';
import { textRun } from './text-run.ts';

/** Cells of a line where nothing says how many there are. */
const USUAL_COLUMNS = 120;
/** A reading that comes so much earlier than it is due is the one that is due. */
const EARLY = 0.1;

/** The screen as frames of text. */
export async function batch(typed: Options): Promise<void> {
  const { recording, intervalMs } = typed;
  const replay = recording === null ? null : await (await import('./replay.ts')).openRows(recording);
  const filter = replay?.meant(typed.filter) ?? typed.filter;
  const options = { ...typed, filter };
  const privacy = await privacyOf(options);
  const source = replay?.source ?? onceAnInterval(await open(options, say, false), intervalMs);
  await runText({
    ...(await textRun(options)),
    ...replay?.run,
    source: hidden(source, privacy),
    report: reportOf({ ...options, filter: privacy?.filter(filter) ?? filter }),
    note: null, // frames say what was lost
  });
  replay?.end();
  progress.clear();
}

/** The time, then the frame, then an empty line. */
function reportOf(options: Options): Report {
  const { filter, cgroup, wire, wishes, units, intervalMs, stats, width, machines } = options;
  const hasMachines = machines.length > 0;
  const columns = width ?? (process.stdout.columns || USUAL_COLUMNS);
  const frames = new Batch(
    { filter, cgroup, intervalMs, statsOnly: stats, wire, ...wishes, units, hasMachines },
    columns,
  );
  return {
    ...NO_REPORT,
    views: frames.views,
    isQuiet: false,
    answer: (answer, timeUs) => [isoTime(timeUs), ...frames.frame(answer), ''],
  };
}

/** The source with an answer an interval: packets bring more of them. */
function onceAnInterval(source: RowSource, intervalMs: number): RowSource {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    ask: (question) => source.ask(question),
    onAnswer: (listener) =>
      source.onAnswer((answer) => {
        const nowMs = performance.now();
        if (nowMs < lastMs + (1 - EARLY) * intervalMs) return;
        lastMs = nowMs < lastMs + 2 * intervalMs ? lastMs + intervalMs : nowMs; // what is late does not make the next late
        listener(answer);
      }),
    onFailure: (listener) => source.onFailure(listener),
    onRows: (of, listener) => source.onRows(of, listener),
    stop: () => source.stop(),
    finish: (impatience) => source.finish(impatience),
  };
}
