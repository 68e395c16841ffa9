import type { Line, LineStyle, TimeStyle } from '../model/lines.ts';
import type { PaneName, Row, Status } from '../model/model.ts';
import { EVERY_ROW } from '../model/panes.ts';
import type { Answer, Question } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Beside, Stream, Table } from '../panes/command.ts';
import { machineColumn } from '../panes/machine.ts';
import { commandOf, panes } from '../panes/registry.ts';
import { formatTimestamp, type Units, USUAL_UNITS } from '../text/format.ts';
import type { Format } from './formats/format.ts';
import { RecordLines } from './record-lines.ts';
import { rowLines, streamOf } from './row-lines.ts';
import { TextTable } from './table.ts';

/** What a text output prints; `answer` and `rows` give lines. */
export interface Report<L extends Line = string> {
  views: Question['views'];
  /** Names by which far ends were asked for are printed. */
  named: boolean;
  /** Whose rows are printed as they come; null: reports are. */
  stream: keyof Streams | null;
  /** Lines before everything else. */
  begin(): L[];
  /** Lines of one tick. */
  answer(answer: Answer, timeUs: number): L[];
  /** No tick has any. */
  isQuiet: boolean;
  /** How `rows` writes: a source may do it in its place; null: none can. */
  style: LineStyle | null;
  /** Lines of the stream's rows. */
  rows(rows: Streams[keyof Streams]): L[];
  /** Lines at the end. */
  end(last: Answer, timeUs: number): L[];
}

/** Asks for nothing and prints nothing. */
export const NO_REPORT: Report = {
  views: {},
  named: false,
  stream: null,
  begin: () => [],
  answer: () => [],
  isQuiet: true,
  style: null,
  rows: () => [],
  end: () => [],
};

const PLAIN: TimeStyle = { sinceUs: null, delta: false };

/** How a report is written; all may be left out. */
export interface ReportStyle {
  /** null: as text, for people. */
  format?: Format | null;
  times?: TimeStyle;
  units?: Units;
  /** A pane's events in the place of its rows. */
  events?: boolean;
  /** A pane's rows in groups, by one of its command's words. */
  by?: string | null;
  /** Terms of the filter that the rows of name are not held against. */
  unjudged?: readonly string[];
  /** Rows are of several machines. */
  hasMachines?: boolean;
  /** For what has no place in the format. */
  aside?: (line: string) => void;
}

/** How rows are written as text. */
interface Written {
  hasMachines: boolean;
  times: TimeStyle;
  units: Units;
}

/** What a pane's command prints. */
export function report(name: PaneName, style: ReportStyle = {}): Report {
  const {
    format = null,
    times = PLAIN,
    units = USUAL_UNITS,
    events = false,
    by = null,
    unjudged = [],
    hasMachines = false,
    aside = () => {},
  } = style;
  const lines = format && new RecordLines(format, unjudged, aside);
  const command = commandOf(name);
  const written = { times, units, hasMachines };
  const named = lines !== null && command.named === true;
  const stream = streamOf({ pane: name, events });
  if (stream) {
    const rowStyle = { pane: name, events, format: format?.name ?? 'text', ...written };
    return { ...streamReport(stream, lines, rowStyle), named };
  }
  const table = by === null ? command.table : command.by?.[by];
  if (table) return { ...tableReport(name, table, lines, written), named };
  return NO_REPORT;
}

/** Rows once an interval, with what stands beside them. */
function tableReport(
  name: PaneName,
  table: Table<never>,
  lines: RecordLines | null,
  { times: { clock = false }, units, hasMachines }: Written,
): Report {
  const { record, columns, wireColumns = [], asked, isSpaced } = table;
  const [{ id: sort, descending }] = panes[name].sorts;
  const ofMachine = hasMachines ? [machineColumn] : [];
  const [plain, wide] = [columns, [...columns, ...wireColumns]]
    .map((own) => [...ofMachine, ...own])
    .map((all) => new TextTable(all, units)) as [TextTable<never>, TextTable<never>];
  const leaveOut = table.leaveOut?.();
  const written = (all: readonly Row[]): readonly never[] => {
    const out = leaveOut?.(all as readonly never[]);
    return (out ? all.filter(({ key }) => !out.has(key)) : all) as readonly never[];
  };
  const end = isSpaced && !lines ? [''] : [];
  const besides = (answer: Answer, timeUs: number): string[] => {
    const parts = table.beside?.(answer, units);
    return parts ? [...besideLines(parts, lines, timeUs), ...end] : [];
  };
  return {
    ...NO_REPORT,
    views: { [name]: { ...EVERY_ROW, sort, descending, ...asked } },
    isQuiet: false,
    begin: () => lines?.header(record) ?? [],
    answer: (answer, timeUs) => {
      const rows = written(answer[name]?.rows ?? []);
      if (lines) return [...rows.map((row) => lines.row(record, row, timeUs)), ...besides(answer, timeUs)];
      const text = answer.status.wire ? wide : plain;
      text.widen(rows);
      const time = clock ? [formatTimestamp(timeUs)] : [];
      return [...time, text.header(), ...rows.map((row) => text.row(row)), '', ...besides(answer, timeUs)];
    },
    end: ({ status }, timeUs) => lines?.summary(status, timeUs) ?? [],
  };
}

/** Rows as they come. */
function streamReport(
  { of, asked, isFlood, notTold, totals }: Stream<never>,
  lines: RecordLines | null,
  style: LineStyle,
): Report {
  const written = rowLines(style);
  const missing = notTold?.();
  return {
    ...NO_REPORT,
    views: asked,
    stream: of,
    begin: () => written.header(),
    answer: (answer, timeUs) => besideLines(missing?.(answer) ?? [], lines, timeUs),
    isQuiet: !missing,
    style: isFlood ? null : style,
    rows: (rows) => written.rows(rows),
    end: (answer, timeUs) => [
      ...besideLines(totals?.(answer) ?? [], lines, timeUs),
      ...(lines?.summary(answer.status, timeUs) ?? []),
    ],
  };
}

function besideLines(parts: readonly Beside[], lines: RecordLines | null, timeUs: number): string[] {
  return parts.flatMap(({ record, row, words }) =>
    lines ? lines.beside(record, row as never, words, timeUs) : words,
  );
}

/** One line for people, at the end of a text output: what was seen and what was not. */
export function closingLines({ events, attach, lost, uptimeSeconds, warnings }: Status): string[] {
  const losses = `${lost.ringFull} ring full, ${lost.rateLimited} over the rate limit, ${lost.recursionMissed} missed in recursion, ${lost.displayDropped} not written`;
  const first = `${events} events by ${attach} in ${uptimeSeconds.toFixed(1)} s; lost: ${losses}`;
  return [first, ...warnings].map((line) => `nettop: ${line}`);
}
