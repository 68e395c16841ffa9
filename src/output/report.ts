import type { ConnectionRow, EventCounts, EventRow, PacketRow, Status } from '../model/model.ts';
import type { Answer, Question } from '../model/question.ts';
import { formatTimestamp } from '../text/format.ts';
import { connectionColumns, dropColumns, packetColumns, processColumns, type TraceStyle } from './columns.ts';
import {
  countsSince,
  eventColumns,
  eventJson,
  eventTotalsJson,
  formatCounts,
  notToldJson,
  totalLines,
} from './events.ts';
import {
  connectionJson,
  dropJson,
  isoTime,
  notCountedJson,
  packetJson,
  processJson,
  summaryJson,
} from './json.ts';
import { TextTable } from './table.ts';
import { wireColumns, wireLines, wireText } from './wire.ts';

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

/** `unjudged`: terms of the filter that the rows of name are not held against. */
export function report(
  name: ReportName,
  json: boolean,
  style = PLAIN,
  unjudged: readonly string[] = [],
): Report {
  switch (name) {
    case 'trace':
      return json ? traceJson() : traceText(style);
    case 'processes':
      return processesReport(json, style, unjudged);
    case 'connections':
      return connectionsReport(json, style, unjudged);
    case 'events':
      return json ? eventsJson(unjudged) : eventsText();
    case 'drops':
      return dropsReport(json, style);
  }
}

function ticking<Name extends 'processes' | 'connections' | 'drops'>(
  name: Name,
  json: boolean,
  table: TextTable<NonNullable<Answer[Name]>['rows'][number]>,
  line: (row: NonNullable<Answer[Name]>['rows'][number], timeUs: number) => string,
  { clock = false }: TraceStyle,
  { sort = 'rate', unjudged = [] }: { sort?: string; unjudged?: readonly string[] } = {},
): Report {
  return {
    ...NO_REPORT,
    views: { [name]: { ...EVERYTHING, sort } },
    answer: (answer, timeUs) => {
      const rows = answer[name]?.rows ?? [];
      if (json) return rows.map((row) => line(row, timeUs));
      table.widen(rows);
      const time = clock ? [formatTimestamp(timeUs)] : [];
      return [...time, table.header(), ...rows.map((row) => table.row(row)), ''];
    },
    end: ({ status }, timeUs) => (json ? [summaryJson(status, timeUs, unjudged)] : []),
  };
}

/** A connection that is gone from the kernel is written once more. */
function connectionsReport(json: boolean, style: TraceStyle, unjudged: readonly string[]): Report {
  const table = new TextTable(connectionColumns);
  const rows = ticking('connections', json, table, connectionJson, style, { unjudged });
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
function processesReport(json: boolean, style: TraceStyle, unjudged: readonly string[]): Report {
  const [plain, wired] = [[], wireColumns].map((more) => {
    const table = new TextTable([...processColumns, ...more]);
    return ticking('processes', json, table, processJson, style, { unjudged });
  }) as [Report, Report];
  return {
    ...plain,
    answer: (answer, timeUs) => {
      const { wire } = answer.status;
      if (!wire) return plain.answer(answer, timeUs);
      const told = json ? wireLines(wire, isoTime(timeUs)) : wireText(wire);
      return [...wired.answer(answer, timeUs), ...told];
    },
  };
}

function dropsReport(json: boolean, style: TraceStyle): Report {
  const rows = ticking('drops', json, new TextTable(dropColumns), dropJson, style, { sort: 'perSecond' });
  return {
    ...rows,
    answer: (answer, timeUs) => {
      const lost = answer.drops?.lost ?? 0;
      const told = json
        ? notCountedJson(lost, timeUs)
        : `${lost} drops could not be counted and are in no row`;
      return [...rows.answer(answer, timeUs), ...(lost > 0 ? [told] : [])];
    },
  };
}

function traceJson(): Report {
  return {
    ...NO_REPORT,
    trace: true,
    packets: (rows) => rows.map(packetJson),
    end: ({ status }, timeUs) => [summaryJson(status, timeUs)],
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

function eventsJson(unjudged: readonly string[]): Report {
  const untold = new Untold();
  return {
    ...NO_REPORT,
    events: true,
    answer: (answer, timeUs) => untold.since(answer).map((counts) => notToldJson(counts, timeUs)),
    happened: (rows) => rows.map(eventJson),
    end: ({ status, events }, timeUs) => [
      ...(events ? [eventTotalsJson(events, timeUs)] : []),
      summaryJson(status, timeUs, unjudged),
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
    answer: (answer) => untold.since(answer).map((counts) => `not told singly: ${formatCounts(counts)}`),
    happened: (rows) => rows.map((row) => table.row(row)),
    end: ({ events }) => (events ? totalLines(events) : []),
  };
}

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
