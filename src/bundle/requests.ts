import type { RequestRow } from '../panes/requests/row.ts';
import { answerTone, formatAnswer, formatAsked, formatMethod } from '../panes/requests/text.ts';
import { formatMicroseconds } from '../text/format.ts';

const MOST = 10;

/** Those that failed, with how often, and those that took longest to the first byte of their answer. */
export function requestLines(requests: readonly RequestRow[]): string[] {
  const slowest = requests
    .filter(({ firstByteUs }) => firstByteUs !== null)
    .sort((a, b) => (b.firstByteUs ?? 0) - (a.firstByteUs ?? 0))
    .slice(0, MOST);
  const failed = new Map<string, number>();
  for (const row of requests.filter((row) => answerTone(row) === 'bad' || answerTone(row) === 'caution')) {
    const line = `${said(row)}: ${formatAnswer(row)}`;
    failed.set(line, (failed.get(line) ?? 0) + 1);
  }
  const often = [...failed].sort(([, a], [, b]) => b - a);
  return [
    ...often.slice(0, MOST).map(([line, count]) => `${count} failed: ${line}`),
    ...(often.length > MOST ? [`${often.length - MOST} more kinds of failures`] : []),
    ...slowest.map((row) => `${formatMicroseconds(row.firstByteUs ?? 0)} ${said(row)}: ${formatAnswer(row)}`),
  ];
}

const said = (row: RequestRow): string =>
  `${row.protocol} ${formatMethod(row)} ${formatAsked(row)} ${row.side === 'client' ? 'by' : 'to'} ${row.process ?? '?'}[${row.pid ?? '?'}]`;
