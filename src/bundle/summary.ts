import { ALERT_TITLES } from '../model/alerts/alert.ts';
import type { ProcessRow } from '../model/model.ts';
import { TextTable } from '../output/table.ts';
import { verdictSentence } from '../panes/connections/verdict-sentence.ts';
import { adviceFor } from '../panes/drops/advice.ts';
import { formatFlow, formatReason, formatSource } from '../panes/drops/columns.ts';
import type { DropRow } from '../panes/drops/row.ts';
import { listenerAdvice, rowSentence } from '../panes/listeners/verdict-text.ts';
import { commandOf } from '../panes/registry.ts';
import { lossText } from '../panes/requests/text.ts';
import { formatRule } from '../panes/rule.ts';
import { formatBytes, formatEndpoint, formatTimestamp, USUAL_UNITS } from '../text/format.ts';
import { failureLines } from './failures.ts';
import type { Gathered, Told } from './gathering.ts';
import { requestLines } from './requests.ts';

const MOST = { processes: 15, connections: 20, drops: 20 } as const;

/** What is known of the run beside its rows. */
export interface SummaryHead {
  application: string;
  filter: string;
  isPrivate: boolean;
  /** The one that chose packets and drops when they were recorded, where that was another one; '': none. */
  recordedFilter: string;
  /** What else is not in the bundle, as sentences. */
  missing: readonly string[];
}

/** What happened, in lines for people, most important first. */
export function summaryLines(gathered: Gathered, head: SummaryHead): string[] {
  const { last } = gathered;
  const sections: [title: string, lines: string[]][] = [
    ['ALERTS', alertLines(gathered)],
    ['LISTENERS IN TROUBLE', listenerLines(gathered)],
    ['PROCESSES THAT MOVED MOST', processLines(last.processes?.rows ?? [])],
    ['CONNECTIONS THAT MOVED MOST', connectionLines(gathered.connections)],
    ['NOT CONNECTED', failureLines(gathered.connections.map(({ row }) => row))],
    ['REQUESTS', requestLines(gathered.requests)],
    ['DROPPED', dropLines(last.drops?.rows ?? [])],
    ['NOT SEEN', [...missingLines(gathered), ...head.missing]],
  ];
  return [
    ...headLines(gathered, head),
    ...sections.flatMap(([title, lines]) => ['', title, ...(lines.length > 0 ? lines : ['none'])]),
  ];
}

function headLines({ last, fromUs, untilUs }: Gathered, head: SummaryHead): string[] {
  const day = new Date(fromUs / 1000).toISOString().slice(0, 10);
  const clock = (us: number) => formatTimestamp(us).slice(0, 8);
  const { status, connections, processes } = last;
  return [
    `${head.application} on ${status.host}, ${status.kernel}`,
    `${day} ${clock(fromUs)} to ${clock(untilUs)}, ${((untilUs - fromUs) / 1e6).toFixed(1)} s; filter: ${head.filter || 'none'}`,
    `${processes?.total ?? 0} processes with sockets, ${connections?.total ?? 0} connections and sockets`,
    ...(head.recordedFilter
      ? [`packets and drops were chosen when they were recorded: ${head.recordedFilter}`]
      : []),
    ...(head.isPrivate ? ['addresses and names are pseudonyms: the same for the same one in all files'] : []),
  ];
}

function alertLines({ alerts, otherAlerts }: Gathered): string[] {
  return [
    ...alerts
      .filter(({ state }) => state !== 'ongoing')
      .flatMap(({ timeUs, state, kind, message, advice }) => [
        `${formatTimestamp(timeUs).slice(0, 8)} ${state.padEnd(5)} ${ALERT_TITLES[kind]}: ${message}`,
        ...(state === 'begin' ? [`  ${advice}`] : []),
      ]),
    ...more(otherAlerts, 'alerts'),
  ];
}

function listenerLines({ last }: Gathered): string[] {
  return (last.listeners?.rows ?? []).flatMap((row) =>
    row.verdict === null
      ? []
      : [
          `${formatEndpoint(row.localAddress, row.localPort)} ${row.process ?? '?'}[${row.pid ?? '?'}]: ${rowSentence(row)}`,
          `  ${listenerAdvice(row.verdict)}`,
        ],
  );
}

function processLines(rows: readonly ProcessRow[]): string[] {
  const moved = rows
    .filter(({ rxBytes, txBytes }) => rxBytes + txBytes > 0)
    .sort((a, b) => b.rxBytes + b.txBytes - a.rxBytes - a.txBytes);
  return tableLines('processes', moved.slice(0, MOST.processes));
}

/** Each with what holds it back, where that was looked at. */
function connectionLines(connections: readonly Told[]): string[] {
  const shown = connections.filter(({ moved }) => moved > 0).slice(0, MOST.connections);
  const [title = '', ...lines] = tableLines(
    'connections',
    shown.map(({ row }) => row),
  );
  if (shown.length === 0) return [];
  return [
    title,
    ...lines.flatMap((line, at) => {
      const { moved = 0, verdict = null } = shown[at] ?? {};
      const sentence = verdict === null ? '' : `; ${verdictSentence(verdict, USUAL_UNITS)}`;
      return [line, `  ${formatBytes(moved, USUAL_UNITS)} meanwhile${sentence}`];
    }),
  ];
}

function tableLines(name: 'processes' | 'connections', rows: readonly object[]): string[] {
  const { table } = commandOf(name);
  if (!table || rows.length === 0) return [];
  const text = new TextTable(table.columns);
  text.widen(rows as never);
  return [text.header(), ...rows.map((row) => text.row(row as never))];
}

function dropLines(rows: readonly DropRow[]): string[] {
  const sorted = [...rows].sort((a, b) => Number(b.isLoss) - Number(a.isLoss) || b.count - a.count);
  return [
    ...sorted.slice(0, MOST.drops).flatMap((row) => {
      const { count, isLoss, process, pid, last, rule, finding, reason } = row;
      const whose = pid === null ? '' : ` of ${process ?? '?'}[${pid}]`;
      const advice = finding?.advice ?? adviceFor(reason);
      return [
        `${count} ${formatReason(row)} in ${formatSource(row)}${whose}${isLoss ? '' : ', no loss'}${last ? `, last ${formatFlow(last)}` : ''}`,
        ...(rule ? [`  rule: ${formatRule(rule)}`] : []),
        ...(advice === null ? [] : [`  ${advice}`]),
      ];
    }),
    ...more(sorted.length - MOST.drops, 'causes'),
  ];
}

function missingLines({ last, otherRequests }: Gathered): string[] {
  const { status, drops, requests } = last;
  const lost = drops?.lost ?? 0;
  return [
    ...status.warnings,
    ...(requests ? lossText(requests.lost) : []),
    ...(otherRequests > 0 ? [`${otherRequests} requests after the first ones`] : []),
    ...(lost > 0 ? [`${lost} drops found no room, and are in no line`] : []),
  ];
}

const more = (count: number, what: string): string[] => (count > 0 ? [`${count} more ${what}`] : []);
