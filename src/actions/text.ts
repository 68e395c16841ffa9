import { telling } from '../command/alert-program.ts';
import type { Options } from '../command/options.ts';
import { unjudged } from '../filter/unjudged.ts';
import { strangerNote } from '../machine/is-process.ts';
import type { PaneName } from '../model/model.ts';
import { runDebug } from '../output/debug.ts';
import { formatNamed } from '../output/formats/registry.ts';
import { type Report, report } from '../output/report.ts';
import { runText } from '../output/text.ts';
import { commandOf, isPane, panes } from '../panes/registry.ts';
import { TLS_COST } from '../ui/tls.ts';
import { captureFileOf } from './capture-file.ts';
import { progress, say } from './context.ts';
import { open, openSource } from './live-source.ts';
import { hidden, privacyOf } from './privacy.ts';
import { isWaitedFor, textRun } from './text-run.ts';

/** Rows of a pane as lines, for pipes and programs. */
export async function text(name: PaneName | 'debug', typed: Options): Promise<void> {
  const { recording } = typed;
  const replay = recording === null ? null : await (await import('./replay.ts')).openRows(recording);
  const given = replay ? { ...typed, filter: replay.meant(typed.filter) } : typed;
  const privacy = await privacyOf(given);
  const options = privacy ? { ...given, filter: privacy.filter(given.filter), loneWord: null } : given;
  const { pcapng, alertProgram } = options;
  const run = await textRun(given);
  const notJudged = notes(name, options);
  if (name === 'debug') await runDebug(openSource(options, say, true), run);
  else {
    const source = replay?.source ?? (await open(options, say, true));
    const told = alertProgram === null ? source : telling(source, alertProgram, commandOf(name).stream, say);
    await runText({
      ...run,
      ...replay?.run,
      source: hidden(told, privacy),
      report:
        pcapng === null
          ? reportOf(name, options, notJudged, replay?.beganUs)
          : captureFileOf(options, privacy, replay?.recorded() ?? null),
      note: isToldApart(options) ? say : null,
    });
    replay?.end();
  }
  progress.clear();
}

/** Whether the run's totals are said beside its output: a capture's report says its own, JSON has them within. */
function isToldApart({ format, pcapng }: Options): boolean {
  return pcapng === null && (!formatNamed(format)?.mixes || isWaitedFor(pcapng));
}

function reportOf(
  name: PaneName,
  options: Options,
  unjudged: readonly string[],
  beganUs = performance.timeOrigin * 1000,
): Report {
  const { events, by, units, timestamp: clock, delta, machines } = options;
  const sinceUs = options.timeSinceStart ? beganUs : null;
  return report(name, {
    format: formatNamed(options.format),
    events,
    by,
    units,
    times: { sinceUs, clock, delta },
    unjudged,
    aside: say,
    hasMachines: machines.length > 0,
  });
}

/** Says what the rows are not, before they come; returns the terms that they are not held against. */
function notes(name: PaneName | 'debug', { filter, wishes, loneWord }: Options): readonly string[] {
  const rows = isPane(name) ? panes[name].rowsOf : 'packets';
  const notJudged = unjudged(filter.expression, rows);
  if (notJudged.length > 0)
    say(`nettop: ${name} are not held against ${notJudged.join(', ')}: ${rows} do not tell, rows are kept`);
  const stranger = strangerNote(loneWord);
  if (stranger) say(`nettop: ${stranger}`);
  if (wishes.readsTls) say(`nettop: ${TLS_COST}`);
  return notJudged;
}
