import type { ConnectionRow } from '../model/connection.ts';
import type { Entry } from './order.ts';

/** A connection, with its other end where that is seen on another machine. */
export interface Joined extends Entry<ConnectionRow> {
  other?: Entry<ConnectionRow>;
}

/** Addresses that mean another thing on each machine, or nothing. */
const OWN = /^(127\.|0\.0\.0\.0$|::1?$|fe[89ab].:)/;

const hasEnds = ({ localAddress, remoteAddress, remotePort, group }: ConnectionRow): boolean =>
  group === null && remotePort > 0 && !OWN.test(localAddress) && !OWN.test(remoteAddress);

const ends = (row: ConnectionRow): string =>
  `${row.protocol} ${row.localAddress} ${row.localPort} ${row.remoteAddress} ${row.remotePort}`;

const mirrored = (row: ConnectionRow): string =>
  `${row.protocol} ${row.remoteAddress} ${row.remotePort} ${row.localAddress} ${row.localPort}`;

/**
 * Connections that are seen from both ends, on two machines, become one row: that of the machine that was named first.
 * An address may be there more than once, as each network namespace has its own: where the same ends are on a machine
 * twice, or both ends are on one, or on more than two, it cannot be told whose they are, and rows stay by themselves.
 */
export function joinEnds(entries: readonly Entry<ConnectionRow>[]): Joined[] {
  const byEnds = new Map<string, Entry<ConnectionRow>[]>();
  for (const entry of entries) {
    if (!hasEnds(entry.row)) continue;
    const key = ends(entry.row);
    const same = byEnds.get(key);
    if (same) same.push(entry);
    else byEnds.set(key, [entry]);
  }
  const otherOf = (entry: Entry<ConnectionRow>): Entry<ConnectionRow> | null => {
    if (!hasEnds(entry.row) || byEnds.get(ends(entry.row))?.length !== 1) return null;
    const [other, ...more] = byEnds.get(mirrored(entry.row)) ?? [];
    return other && more.length === 0 && other.place !== entry.place ? other : null;
  };
  return entries.flatMap((entry): Joined[] => {
    const other = otherOf(entry);
    if (!other) return [entry];
    return entry.place < other.place ? [{ ...entry, other }] : [];
  });
}
