import type { ConnectionRow } from '../model/model.ts';
import { formatEndpoint } from '../text/format.ts';
import type { SeenConnection } from './collection.ts';
import { farEnd, isConnect } from './steps.ts';

/** Where a command sent and had from, all its connections there together. Bytes are payload. */
export interface Destination {
  protocol: string;
  /** Of a service that the command offers: its own end. */
  end: string;
  accepted: boolean;
  connections: number;
  /** Of them, those that were not made. */
  failed: number;
  txBytes: number;
  rxBytes: number;
  retransmits: number;
  /** The slowest; null: none was made by this end. */
  connectUs: number | null;
}

/** Busiest first. */
export function destinationsOf(connections: readonly SeenConnection[]): Destination[] {
  const found = new Map<string, Destination>();
  for (const { row } of connections) {
    if (isIdle(row)) continue;
    const accepted = row.protocol === 'tcp' && row.life !== null && !isConnect(row);
    const end = accepted ? formatEndpoint(row.localAddress, row.localPort) : farEnd(row);
    const key = accepted ? `${row.protocol} ${end}` : `${row.protocol} ${end} ${row.remoteAddress}`;
    const known = found.get(key) ?? empty(row.protocol, end, accepted);
    found.set(key, add(known, row));
  }
  return [...found.values()].sort((a, b) => b.txBytes + b.rxBytes - a.txBytes - a.rxBytes);
}

/** Why it is no connection, in the words of the row; null: it is one, or may become one. */
export const failureOf = (row: ConnectionRow): NonNullable<ConnectionRow['ending']> | null =>
  row.ending !== null &&
  row.protocol === 'tcp' &&
  isConnect(row) &&
  row.ending.cause !== 'closed' &&
  !wasMade(row)
    ? row.ending
    : row.ending?.cause === 'failed'
      ? row.ending
      : null;

const wasMade = ({ life }: ConnectionRow): boolean =>
  life?.states.some(({ state }) => state === 'ESTABLISHED') === true;

/** A socket that waits for others, or that nothing went through, as one that looked up a route. */
export function isIdle(row: ConnectionRow): boolean {
  if (row.state === 'LISTEN') return true;
  return row.protocol !== 'tcp' && !row.rxBytes && !row.txBytes && row.ending?.cause !== 'failed';
}

const empty = (protocol: string, end: string, accepted: boolean): Destination => ({
  protocol,
  end,
  accepted,
  connections: 0,
  failed: 0,
  txBytes: 0,
  rxBytes: 0,
  retransmits: 0,
  connectUs: null,
});

function add(to: Destination, row: ConnectionRow): Destination {
  const connectUs = row.life?.connectUs ?? null;
  return {
    ...to,
    connections: to.connections + 1,
    failed: to.failed + (failureOf(row) ? 1 : 0),
    txBytes: to.txBytes + (row.txBytes ?? 0),
    rxBytes: to.rxBytes + (row.rxBytes ?? 0),
    retransmits: to.retransmits + row.retransmits,
    connectUs: connectUs === null ? to.connectUs : Math.max(to.connectUs ?? 0, connectUs),
  };
}
