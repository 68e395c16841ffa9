import { listFunctions } from '../attach/function-list.ts';
import { runDoctor } from '../command/doctor.ts';
import { findingRecord } from '../command/finding-record.ts';
import { helpOf } from '../command/help-text.ts';
import type { Options } from '../command/options.ts';
import { explainFilter } from '../filter/explain.ts';
import type { RecordKind } from '../model/record.ts';
import { explainText, explanationRecord } from '../output/explain.ts';
import type { Format } from '../output/formats/format.ts';
import { formatNamed } from '../output/formats/registry.ts';
import { functionRecord } from '../output/function-record.ts';
import { functionLines } from '../output/functions.ts';
import { LineWriter } from '../output/writer.ts';
import { kernel, machine, say } from './context.ts';
import { ownVersion } from './own-version.ts';

/** Those that print what they know and end. */
export function help({ topic }: Options): Promise<number> {
  return print(helpOf(topic).split('\n'));
}

export function version(): Promise<number> {
  return print([ownVersion()]);
}

export async function doctor(options: Options): Promise<number> {
  const { lines, findings, ready } = runDoctor(kernel, options.verbose);
  const format = formatNamed(options.format);
  await print(format ? recordLines(format, findingRecord, findings) : lines);
  return ready ? 0 : 1;
}

export function explain(options: Options): Promise<number> {
  const { filter } = options;
  const explanation = explainFilter(filter.expression, (name) => machine.interfaceIndex(name));
  const format = formatNamed(options.format);
  if (!format) return print(explainText(filter.text, explanation));
  return print(recordLines(format, explanationRecord, [{ filter: filter.text, explanation }]));
}

export function functions(options: Options): Promise<number> {
  const { rows, note } = listFunctions(options.glob ?? '*', options.attach, kernel, machine.symbols);
  if (note) say(`nettop: ${note}`);
  const format = formatNamed(options.format);
  return print(format ? recordLines(format, functionRecord, rows) : functionLines(rows));
}

function recordLines<R>(format: Format, kind: RecordKind<R>, rows: readonly R[]): string[] {
  const nowUs = Date.now() * 1000;
  return [...format.header(kind), ...rows.map((row) => format.line(kind, row, nowUs))];
}

export async function print(lines: string[]): Promise<number> {
  const writer = new LineWriter(process.stdout);
  await writer.lines(lines);
  await writer.end();
  return 0;
}
