import type { ConnectionRow, EventCounts, EventRow, PacketRow, Status, WireStatus } from '../model/model.ts';
import type { Answer, Question } from '../model/question.ts';
import type { RecordKind } from '../model/record.ts';
import { eventRecord } from '../panes/connections/event-record.ts';
import { eventTotalsRecord, notToldRecord } from '../panes/connections/event-totals-record.ts';
import { connectionRecord } from '../panes/connections/record.ts';
import { dropRecord } from '../panes/drops/record.ts';
import { processRecord } from '../panes/processes/record.ts';
import { interfaceRecord, packetsNotCountedRecord } from '../panes/processes/traffic-record.ts';
import { packetRecord } from '../panes/trace/record.ts';
import { formatTimestamp } from '../text/format.ts';
import { connectionColumns, dropColumns, packetColumns, processColumns, type TraceStyle } from './columns.ts';
import { countsSince, eventColumns, formatCounts, totalLines } from './events.ts';
import type { Format } from './formats/format.ts';
import { RecordLines } from './record-lines.ts';
import { notCountedRecord } from './summary-record.ts';
import { TextTable } from './table.ts';
import { interfaceText, lostText, wireColumns, wireText } from './wire.ts';

export type ReportName = 'trace' | 'processes' | 'connections' | 'events' | 'drops';

/** What a text output prints; `answer` and `packets` give lines. */
export interface Report {
  views: Question['views'];
  trace: boolean;
  /** Events of connections are told. */
  events: boolean;
  /** Lines before everything else. */
  begin(): string[];
  /** Lines of one tick. */
  answer(answer: Answer, timeUs: number): string[];
  packets(rows: PacketRow[]): string[];
  /** Lines of events. */
  happened(rows: EventRow[]): string[];
  /** Lines at the end. */
  end(last: Answer, timeUs: number): string[];
}

const EVERYTHING = { descending: true, rows: Number.MAX_SAFE_INTEGER, cursor: null };

/** Asks for nothing and prints nothing. */
export const NO_REPORT: Report = {
  views: {},
  trace: false,
  events: false,
  begin: () => [],
  answer: () => [],
  packets: () => [],
  happened: () => [],
  end: () => [],
};

const PLAIN: TraceStyle = { sinceUs: null, delta: false };

/** How a report is written; all may be left out. */
export interface ReportStyle {
  /** null: as text, for people. */
  format?: Format | null;
  trace?: TraceStyle;
  /** Terms of the filter that the rows of name are not held against. */
  unjudged?: readonly string[];
  /** For what has no place in the format. */
  aside?: (line: string) => void;
}

/** What a command prints. */
export function report(name: ReportName, style: ReportStyle = {}): Report {
  const { format = null, trace = PLAIN, unjudged = [], aside = () => {} } = style;
  const lines = format && new RecordLines(format, unjudged, aside);
  switch (name) {
    case 'trace':
      return lines ? traceRecords(lines) : traceText(trace);
    case 'processes':
      return processesReport(lines, trace);
    case 'connections':
      return connectionsReport(lines, trace);
    case 'events':
      return lines ? eventRecords(lines) : eventsText();
    case 'drops':
      return dropsReport(lines, trace);
  }
}

type Row<Name extends 'processes' | 'connections' | 'drops'> = NonNullable<Answer[Name]>['rows'][number];

function ticking<Name extends 'processes' | 'connections' | 'drops'>(
  name: Name,
  lines: RecordLines | null,
  kind: RecordKind<Row<Name>>,
  table: TextTable<Row<Name>>,
  { clock = false }: TraceStyle,
  sort = 'rate',
): Report {
  return {
    ...NO_REPORT,
    views: { [name]: { ...EVERYTHING, sort } },
    begin: () => lines?.header(kind) ?? [],
    answer: (answer, timeUs) => {
      const rows = answer[name]?.rows ?? [];
      if (lines) return rows.map((row) => lines.row(kind, row, timeUs));
      table.widen(rows);
      const time = clock ? [formatTimestamp(timeUs)] : [];
      return [...time, table.header(), ...rows.map((row) => table.row(row)), ''];
    },
    end: ({ status }, timeUs) => lines?.summary(status, timeUs) ?? [],
  };
}

/** A connection that is gone from the kernel is written once more. */
function connectionsReport(lines: RecordLines | null, style: TraceStyle): Report {
  const rows = ticking('connections', lines, connectionRecord, new TextTable(connectionColumns), style);
  let written = new Set<string>();
  return {
    ...rows,
    answer: (answer, timeUs) => {
      const { connections } = answer;
      if (!connections) return rows.answer(answer, timeUs);
      const isGone = ({ ending, state }: ConnectionRow) => ending !== null && state === 'CLOSE';
      const unwritten = connections.rows.filter((row) => !isGone(row) || !written.has(row.key));
      written = new Set(connections.rows.filter(isGone).map(({ key }) => key));
      return rows.answer({ ...answer, connections: { ...connections, rows: unwritten } }, timeUs);
    },
  };
}

/** The columns are there for as long as the wire is counted. */
function processesReport(lines: RecordLines | null, style: TraceStyle): Report {
  const [plain, wired] = [[], wireColumns].map((more) =>
    ticking('processes', lines, processRecord, new TextTable([...processColumns, ...more]), style),
  ) as [Report, Report];
  return {
    ...plain,
    answer: (answer, timeUs) => {
      const { wire } = answer.status;
      if (!wire) return plain.answer(answer, timeUs);
      const rows = wired.answer(answer, timeUs);
      return [...rows, ...(lines ? wireRecords(lines, wire, timeUs) : wireText(wire))];
    },
  };
}

function wireRecords(lines: RecordLines, wire: WireStatus, timeUs: number): string[] {
  const interfaces = wire.interfaces.flatMap((row) =>
    lines.beside(interfaceRecord, row, [interfaceText(row)], timeUs),
  );
  if (wire.lostPackets === 0) return interfaces;
  const lost = [lostText(wire.lostPackets)];
  return [...interfaces, ...lines.beside(packetsNotCountedRecord, wire, lost, timeUs)];
}

function dropsReport(lines: RecordLines | null, style: TraceStyle): Report {
  const rows = ticking('drops', lines, dropRecord, new TextTable(dropColumns), style, 'perSecond');
  return {
    ...rows,
    answer: (answer, timeUs) => {
      const lost = answer.drops?.lost ?? 0;
      if (lost === 0) return rows.answer(answer, timeUs);
      const words = [`${lost} drops could not be counted and are in no row`];
      return [
        ...rows.answer(answer, timeUs),
        ...(lines?.beside(notCountedRecord, lost, words, timeUs) ?? words),
      ];
    },
  };
}

function traceRecords(lines: RecordLines): Report {
  return {
    ...NO_REPORT,
    trace: true,
    begin: () => lines.header(packetRecord),
    packets: (rows) => rows.map((row) => lines.row(packetRecord, row, row.timeUs)),
    end: ({ status }, timeUs) => lines.summary(status, timeUs),
  };
}

function traceText(style: TraceStyle): Report {
  const table = new TextTable(packetColumns(style));
  return {
    ...NO_REPORT,
    trace: true,
    begin: () => [table.header()],
    packets: (rows) => rows.flatMap((row) => [table.row(row), ...stackLines(row)]),
  };
}

function eventRecords(lines: RecordLines): Report {
  const untold = new Untold();
  return {
    ...NO_REPORT,
    events: true,
    begin: () => lines.header(eventRecord),
    answer: (answer, timeUs) =>
      untold
        .since(answer)
        .flatMap((counts) => lines.beside(notToldRecord, counts, [untoldText(counts)], timeUs)),
    happened: (rows) => rows.map((row) => lines.row(eventRecord, row, row.timeUs)),
    end: ({ status, events }, timeUs) => [
      ...(events ? lines.beside(eventTotalsRecord, events, totalLines(events), timeUs) : []),
      ...lines.summary(status, timeUs),
    ],
  };
}

function eventsText(): Report {
  const table = new TextTable(eventColumns);
  const untold = new Untold();
  return {
    ...NO_REPORT,
    events: true,
    begin: () => [table.header()],
    answer: (answer) => untold.since(answer).map(untoldText),
    happened: (rows) => rows.map((row) => table.row(row)),
    end: ({ events }) => (events ? totalLines(events) : []),
  };
}

const untoldText = (counts: EventCounts): string => `not told singly: ${formatCounts(counts)}`;

/** Events that found no room, from answer to answer. */
class Untold {
  private before: EventCounts | null = null;

  /** What came since the answer before; nothing where nothing came. */
  since({ events }: Answer): EventCounts[] {
    if (!events) return [];
    const counts = countsSince(this.before, events.notTold);
    this.before = events.notTold;
    return formatCounts(counts) === '' ? [] : [counts];
  }
}

/** The functions that led there, under the row; none where they were not asked for. */
function stackLines({ stack }: PacketRow): string[] {
  return (stack ?? []).map((place) => `    ${place}`);
}

/** One line for people, at the end of a text output: what was seen and what was not. */
export function closingLines({ events, attach, lost, uptimeSeconds, warnings }: Status): string[] {
  const losses = `${lost.ringFull} ring full, ${lost.rateLimited} over the rate limit, ${lost.recursionMissed} missed in recursion, ${lost.displayDropped} not written`;
  const first = `${events} events by ${attach} in ${uptimeSeconds.toFixed(1)} s; lost: ${losses}`;
  return [first, ...warnings].map((line) => `nettop: ${line}`);
}
