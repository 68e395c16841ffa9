import type { Options } from '../command/options.ts';
import { ANY_NAMES, readFilter } from '../filter/parser.ts';
import { unjudged } from '../filter/unjudged.ts';
import { checkFleetFilter } from '../fleet/check.ts';
import { Prometheus } from '../fleet/prometheus.ts';
import { serverOf } from '../fleet/server.ts';
import { FleetSource } from '../fleet/source.ts';
import type { RowSource } from '../model/question.ts';
import { formatNamed } from '../output/formats/registry.ts';
import { report } from '../output/report.ts';
import { runText } from '../output/text.ts';
import { LineWriter } from '../output/writer.ts';
import { panes } from '../panes/registry.ts';
import type { Privacy } from '../private/privacy.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { say } from './context.ts';
import { hidden, privacyOf } from './privacy.ts';

/** All machines that a Prometheus has, on the screen or as lines. Needs no root. Resolves to the exit code. */
export async function fleet(options: Options): Promise<number> {
  const { hostLabel, top, url } = options.fleet;
  checkFleetFilter(options.filter, hostLabel);
  const prometheus = new Prometheus(serverOf(url, process.env.PROMETHEUS_TOKEN));
  await prometheus.query('time()'); // whoever does not answer this is no Prometheus: before the screen is taken
  const limits = { hostLabel, top };
  const isScreen =
    options.format === 'text' && options.count === null && process.stdout.isTTY && process.stdin.isTTY;
  const privacy = await privacyOf(options);
  if (isScreen) return screen(options, new FleetSource(prometheus, limits, null), privacy);
  const complain = (line: string, named: readonly string[]) =>
    say(privacy ? privacy.sentence(line, named) : line);
  await lines(options, hidden(new FleetSource(prometheus, limits, complain), privacy));
  return 0;
}

async function screen(
  { filter, units, color, intervalMs, durationMs, fleet }: Options,
  source: FleetSource,
  privacy: Privacy | null,
): Promise<number> {
  const { runUi } = await import('../ui/app.tsx');
  return runUi({
    source,
    options: {
      filter,
      units,
      color,
      privacy,
      wire: false,
      intervalMs,
      statsOnly: false,
      isFleet: true,
      initialPane: fleet.pane,
      ...(durationMs !== null && { duration: durationMs }),
    },
    readFilter: (text) => checkFleetFilter(readFilter(text, ANY_NAMES), fleet.hostLabel),
  });
}

async function lines(options: Options, source: RowSource): Promise<void> {
  const { filter, intervalMs, durationMs, count, by, units, timestamp: clock } = options;
  const { pane } = options.fleet;
  const { rowsOf, rows } = panes[pane];
  const notJudged = unjudged(filter.expression, rowsOf);
  if (notJudged.length > 0)
    say(`nettop: ${rows} are not held against ${notJudged.join(', ')}: ${rowsOf} do not tell, rows are kept`);
  await runText({
    source,
    writer: new LineWriter(process.stdout),
    report: report(pane, {
      format: formatNamed(options.format),
      by,
      units,
      times: { sinceUs: null, clock, delta: false },
      unjudged: notJudged,
      aside: say,
    }),
    filter: filter.expression,
    wire: false,
    readsTls: false,
    withQueries: false,
    intervalMs,
    durationMs,
    count,
    ...interruptions(),
    nowUs: () => Date.now() * 1000,
    note: null,
    complain: say,
  });
}
