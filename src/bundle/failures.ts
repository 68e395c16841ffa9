import { formatFarEnd } from '../model/connection-ends.ts';
import type { ConnectionRow } from '../model/model.ts';

const MOST = 20;

/** Connections that came to nothing or were broken off, those of one cause and one far end as one. */
export function failureLines(rows: readonly ConnectionRow[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const line = failureOf(row);
    if (line !== null) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const lines = sorted.slice(0, MOST).map(([line, count]) => `${count} ${line}`);
  return sorted.length > MOST ? [...lines, `${sorted.length - MOST} more kinds`] : lines;
}

function failureOf(row: ConnectionRow): string | null {
  const { ending, protocol, process, pid } = row;
  if (ending === null || ending.cause === 'closed') return null;
  const { cause, resetBy, reason, error, icmp, route, drop } = ending;
  const why = [
    resetBy && `by ${resetBy}`,
    reason && (icmp ? `${reason} from ${icmp.sender}` : reason),
    error !== reason ? error : null,
    route && `route: ${route.type}`,
    drop && `dropped here: ${[drop.reason, drop.place].filter(Boolean).join(' in ')}`,
  ].filter(Boolean);
  const whose = `${process ?? '?'}[${pid ?? '?'}]`;
  return `${protocol} ${formatFarEnd(row)} by ${whose}: ${[cause, ...why].join(', ')}`;
}
