import type { Options } from '../command/options.ts';
import { compare } from '../diff/comparison.ts';
import { type Gathered, Gathering } from '../diff/gathering.ts';
import { type Compared, differenceRecord, diffRecord } from '../diff/record.ts';
import { comparisonLines } from '../diff/text.ts';
import { UsageError } from '../errors.ts';
import type { Expression } from '../filter/ast.ts';
import { EVERY_ROW, type PaneName } from '../model/panes.ts';
import type { Question } from '../model/question.ts';
import type { Format } from '../output/formats/format.ts';
import { formatNamed } from '../output/formats/registry.ts';
import { panes } from '../panes/registry.ts';
import type { Privacy } from '../private/privacy.ts';
import { print } from './print.ts';
import { hidden, privacyOf } from './privacy.ts';
import { openRows } from './replay.ts';

/** Compares two recordings. Resolves to the exit code. */
export async function diff(options: Options): Promise<number> {
  const { recording: first, compared: second, units } = options;
  if (first === null || second === null) throw new UsageError('diff needs two recordings');
  const privacy = await privacyOf(options); // one for both: names stay the same
  const [one, other] = [await openRows(first), await openRows(second)];
  const before = await gather(one, options, privacy);
  const after = await gather(other, options, privacy);
  const compared: Compared = { ...compare(before, after), files: [first, second] };
  const format = formatNamed(options.format);
  return print(format ? recordLines(format, compared) : comparisonLines(compared, units));
}

/** Reads a recording to its end. */
async function gather(
  opened: Awaited<ReturnType<typeof openRows>>,
  { filter, intervalMs }: Options,
  privacy: Privacy | null,
): Promise<Gathered> {
  const { over, nowUs } = opened.run;
  const source = hidden(opened.source, privacy);
  const gathering = new Gathering();
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  source.onAnswer((answer) => gathering.answer(answer));
  source.onRows('requests', async (rows) => gathering.take(rows));
  source.ask(question(opened.meant(filter).expression, intervalMs)); // names may mean other numbers in each
  await Promise.race([over, failed]);
  const last = await source.finish();
  if (last) gathering.answer(last);
  opened.end();
  return gathering.end((nowUs() - opened.beganUs) / 1e6);
}

function question(filter: Expression | null, intervalMs: number): Question {
  const all = (name: PaneName) => {
    const [{ id: sort, descending }] = panes[name].sorts;
    return { sort, descending, ...EVERY_ROW };
  };
  return {
    filter,
    intervalMs,
    views: {
      processes: { ...all('processes'), group: 'name' },
      connections: { ...all('connections'), closed: true },
      requests: { ...all('requests'), rows: 0, isStreamed: true },
      services: all('services'),
      drops: all('drops'),
    },
    inspect: null,
    asked: true,
    resets: 0,
  };
}

function recordLines(format: Format, compared: Compared): string[] {
  const nowUs = Date.now() * 1000;
  const head = format.mixes ? [format.line(diffRecord, compared, nowUs)] : format.header(differenceRecord);
  return [...head, ...compared.differences.map((one) => format.line(differenceRecord, one, nowUs))];
}
