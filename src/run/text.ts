import type { ConnectionRow } from '../model/model.ts';
import type { FailedCall } from '../model/run.ts';
import { TextTable } from '../output/table.ts';
import type { TextColumn } from '../panes/command.ts';
import { formatSegmentDrop } from '../panes/connections/fault-text.ts';
import { formatFlow, formatReason, formatSource } from '../panes/drops/columns.ts';
import { formatAnswer, formatAsked, formatMethod, lossText } from '../panes/requests/text.ts';
import {
  formatBytes,
  formatDuration,
  formatEndpoint,
  formatMicroseconds,
  type Units,
  USUAL_UNITS,
} from '../text/format.ts';
import { listed, sanitize } from '../text/text.ts';
import { failureOf } from './destinations.ts';
import type { RunReport } from './report.ts';
import { farEnd } from './steps.ts';
import { timelineLines } from './timeline.ts';

/** Of one kind; the rest is in JSON. */
const MOST_LINES = 30;

/** The report for people, in at most so many cells where lines can be so short. */
export function reportLines(report: RunReport, cells: number, units: Units = USUAL_UNITS): string[] {
  const { startUs, endUs, steps } = report;
  const sections = [
    headLines(report, units),
    table(waitColumns, steps.length > 0 ? report.waited : [], units),
    table(destinationColumns, report.destinations, units),
    report.failures.length > 0
      ? ['NOT CONNECTED', ...capped(report.failures.map(({ row }) => failureLine(row)))]
      : [],
    report.failedCalls.length > 0 ? ['NOT DELIVERED', ...capped(report.failedCalls.map(failedCallLine))] : [],
    table(
      nameColumns,
      report.requests.filter(({ dns }) => dns !== null),
      units,
    ),
    table(
      requestColumns,
      report.requests.filter(({ dns }) => dns === null),
      units,
    ),
    dropLines(report),
    timelineLines(steps, startUs, endUs, cells),
    lossLines(report),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, place) => (place > 0 ? ['', ...lines] : lines));
}

function headLines(report: RunReport, units: Units): string[] {
  const { command, exitCode, startUs, endUs, processes, stillRunning, txBytes, rxBytes, failure } = report;
  const seconds = (endUs - startUs) / 1e6;
  const time = seconds < 60 ? formatMicroseconds(Math.max(0, endUs - startUs)) : formatDuration(seconds);
  const moved = `sent ${formatBytes(txBytes, units)}, received ${formatBytes(rxBytes, units)}`;
  const many = processes.length === 1 ? '1 process' : `${processes.length} processes`;
  return [
    `nettop: ${sanitize(command[0] ?? '')}: exit ${exitCode} after ${time}; ${many} with sockets, ${moved}`,
    ...(stillRunning.length > 0 ? [`nettop: still running: ${listed(stillRunning)}`] : []),
    ...(failure ? [`nettop: the watching ended before the command: ${failure}`] : []),
  ];
}

type Columns<R> = readonly TextColumn<R>[];

function table<R>(columns: Columns<R>, rows: readonly R[], units: Units): string[] {
  if (rows.length === 0) return [];
  const text = new TextTable(columns, units);
  text.widen(rows.slice(0, MOST_LINES));
  return [text.header(), ...capped(rows.map((row) => text.row(row)))];
}

function capped(lines: string[]): string[] {
  const hidden = lines.length - MOST_LINES;
  return hidden > 0 ? [...lines.slice(0, MOST_LINES), `${hidden} more: --json has all`] : lines;
}

const right = 'right';
const time = (us: number | null) => (us === null ? '-' : formatMicroseconds(us));

const waitColumns: Columns<RunReport['waited'][number]> = [
  { title: 'WAITED FOR', width: 16, cell: ({ wait }) => wait },
  { title: 'TIME', width: 7, align: right, cell: ({ us }) => time(us) },
  { title: 'TIMES', width: 5, align: right, cell: ({ times }) => String(times ?? '') },
  { title: 'FAILED', width: 6, align: right, cell: ({ failed }) => String(failed || '') },
];

const destinationColumns: Columns<RunReport['destinations'][number]> = [
  { title: 'DESTINATION', width: 30, cell: ({ end, accepted }) => (accepted ? `← ${end}` : end) },
  { title: 'PROTO', width: 5, cell: ({ protocol }) => protocol },
  { title: 'COUNT', width: 5, align: right, cell: ({ connections }) => String(connections) },
  { title: 'FAILED', width: 6, align: right, cell: ({ failed }) => String(failed || '') },
  { title: 'CONNECT', width: 7, align: right, cell: ({ connectUs }) => time(connectUs) },
  { title: 'SENT', width: 8, align: right, cell: ({ txBytes }, units) => formatBytes(txBytes, units) },
  { title: 'RECEIVED', width: 8, align: right, cell: ({ rxBytes }, units) => formatBytes(rxBytes, units) },
  { title: 'RETRANS', width: 7, align: right, cell: ({ retransmits }) => String(retransmits || '') },
];

const nameColumns: Columns<RunReport['requests'][number]> = [
  { title: 'NAME', width: 30, cell: formatAsked },
  { title: 'TYPE', width: 5, cell: formatMethod },
  { title: 'ANSWER', width: 9, cell: formatAnswer },
  { title: 'TIME', width: 7, align: right, cell: ({ firstByteUs }) => time(firstByteUs) },
  { title: 'ADDRESSES', width: 0, cell: ({ dns }) => dns?.answers.join(' ') ?? '' },
];

const requestColumns: Columns<RunReport['requests'][number]> = [
  { title: 'REQUEST', width: 7, cell: (row) => `${row.side === 'server' ? '← ' : ''}${formatMethod(row)}` },
  { title: 'STATUS', width: 9, cell: formatAnswer },
  { title: 'FIRST', width: 7, align: right, cell: ({ firstByteUs }) => time(firstByteUs) },
  { title: 'TOTAL', width: 7, align: right, cell: ({ totalUs }) => time(totalUs) },
  {
    title: 'BYTES',
    width: 8,
    align: right,
    cell: ({ responseBytes }, units) => (responseBytes === null ? '-' : formatBytes(responseBytes, units)),
  },
  { title: 'WHAT', width: 0, cell: formatAsked },
];

/** "curl[12] 192.0.2.1:80: refused after 3ms: ECONNREFUSED, reset by far end". */
function failureLine(row: ConnectionRow): string {
  const { process, pid, life } = row;
  const ending = failureOf(row);
  if (ending === null) return '';
  const { cause, reason, error, icmp, route, drop } = ending;
  const after = life?.connectUs ? ` after ${formatMicroseconds(life.connectUs)}` : '';
  const why = [
    reason && (icmp ? `${reason} from ${icmp.sender}` : reason),
    error !== reason ? error : null,
    route && `route: ${route.type}`,
    drop &&
      `${drop.segments} ${drop.segments === 1 ? 'segment' : 'segments'} dropped here: ${[drop.reason, drop.place && `in ${drop.place}`].filter(Boolean).join(' ')}`,
    row.retransmits > 0 ? `${row.retransmits} retransmitted` : null,
  ];
  const words = [`${cause}${after}`, ...why.filter((part) => part)].join(', ');
  return `${row.protocol} ${farEnd(row)} by ${process ?? '?'}[${pid ?? '?'}]: ${words}`;
}

/** "udp 192.0.2.1:53 by dig[12]: refused 3 times, ICMP port unreachable from 192.0.2.1, ECONNREFUSED". */
function failedCallLine({ row, count }: FailedCall): string {
  const { protocol, process, pid, remoteName, remoteAddress, remotePort, cause, reason, error, icmp } = row;
  const end = remotePort === null ? remoteAddress : formatEndpoint(remoteName ?? remoteAddress, remotePort);
  const words = [
    count === 1 ? cause : `${cause} ${count} times`,
    reason && (icmp ? `${reason} from ${icmp.sender}` : reason),
    error !== null && !reason?.includes(error) ? error : null,
  ];
  return `${protocol} ${end} by ${process ?? '?'}[${pid ?? '?'}]: ${words.filter((part) => part).join(', ')}`;
}

function dropLines({ drops, connections }: RunReport): string[] {
  const segments = connections.flatMap(({ row }) =>
    row.faults?.drop
      ? [`${row.faults.dropped} to ${farEnd(row)}: ${formatSegmentDrop(row.faults.drop, row.netns)}`]
      : [],
  );
  const others = drops.map(
    (row) =>
      `${row.count} ${formatReason(row)} in ${formatSource(row)}, ${row.process ?? '?'}[${row.pid}]` +
      (row.last ? `, last ${formatFlow(row.last)}` : ''),
  );
  const lines = [...segments, ...others];
  return lines.length > 0 ? ['DROPPED HERE', ...capped(lines)] : [];
}

/** What is in no line, by cause; of requests all of the machine's. */
function lossLines({ requestTotals, status, forgotten, failedCallsLost }: RunReport): string[] {
  const lines = [
    ...(requestTotals ? lossText(requestTotals.lost) : []),
    ...(forgotten > 0 ? [`${forgotten} requests were thrown away, as there were too many`] : []),
    ...(failedCallsLost > 0 ? [`${failedCallsLost} calls that failed were too many at once`] : []),
    ...(status?.refused.map(({ reason }) => reason) ?? []),
    ...(status?.warnings ?? []),
  ];
  return lines.length > 0 ? ['NOT SEEN', ...lines] : [];
}
