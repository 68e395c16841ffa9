import { formatFarEnd, isAnybody } from '../../model/connection-ends.ts';
import type { ConnectionRow, Ending, TcpFigures } from '../../model/model.ts';
import { type Names, NO_NAMES } from '../../model/names.ts';
import { formatBytes, formatCount, formatDuration, formatRate, type Units } from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';
import type { Column } from '../column.ts';

/** For narrow screens, much as ss writes them. */
const SHORT_STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: 'ESTAB',
  SYN_SENT: 'SYNSENT',
  SYN_RECV: 'SYNRECV',
  FIN_WAIT1: 'FINW1',
  FIN_WAIT2: 'FINW2',
  TIME_WAIT: 'TIMEW',
  CLOSE_WAIT: 'CLOSEW',
  LAST_ACK: 'LASTACK',
  unreachable: 'unreach',
  'timed out': 'timeout',
  'given up': 'givenup',
};

/** UDP ports of HTTP/3 (RFC 9114 section 3.1) and of its usual alternative. */
const QUIC_PORTS = [443, 8443];

/** The state, or why it ended, or, where the protocol has no states, its name: QUIC is told by its port. */
export function nameState({
  protocol,
  state,
  ending,
  localPort,
  remotePort,
}: Pick<ConnectionRow, 'protocol' | 'state' | 'ending' | 'localPort' | 'remotePort'>): string {
  if (ending && (state === 'CLOSE' || ending.cause !== 'closed')) return nameEnding(ending);
  if (protocol === 'tcp') return state;
  const isQuic = protocol === 'udp' && (QUIC_PORTS.includes(localPort) || QUIC_PORTS.includes(remotePort));
  return isQuic ? 'QUIC' : protocol.toUpperCase();
}

/** Where nobody answered, and this kernel had dropped what was sent, that is the cause. */
function nameEnding({ cause, drop }: Ending): string {
  return drop && (cause === 'timed out' || cause === 'given up') ? 'dropped' : cause;
}

export function formatState(row: ConnectionRow, width: number): string {
  const name = nameState(row);
  return width < name.length ? (SHORT_STATES[name] ?? name) : name;
}

export function stateTone({ protocol, state, ending }: ConnectionRow): Tone | undefined {
  if (ending && ending.cause !== 'closed') return 'bad';
  if (protocol !== 'tcp') return undefined;
  if (state === 'ESTABLISHED') return 'good';
  return state.startsWith('SYN') ? 'caution' : 'muted';
}

/** The far end; of a listener how many wait for accept(); * where anybody may send. */
export function formatRemote(row: ConnectionRow, width?: number, names = NO_NAMES): string {
  if (row.backlog) return `* ${row.backlog.waiting}/${row.backlog.limit} waiting`;
  return isAnybody(row) ? '*' : formatFarEnd(row, width, names);
}

/** The kernel refuses connections when more than the limit wait: sk_acceptq_is_full. */
export function remoteTone(row: ConnectionRow): Tone | undefined {
  const { backlog } = row;
  if (!backlog) return isAnybody(row) ? 'muted' : undefined;
  if (backlog.waiting > backlog.limit) return 'bad';
  return backlog.waiting * 2 > backlog.limit ? 'caution' : 'muted';
}

/** A rate, or, once the connection is closed, the total. */
export function formatMoved(
  { ending }: ConnectionRow,
  rate: number | null,
  bytes: number | null,
  units: Units,
): string {
  return ending ? formatTotal(bytes, units) : formatRate(rate, units);
}

/** Bytes; - where they are not counted. */
export function formatTotal(bytes: number | null, units: Units): string {
  return bytes === null ? '-' : formatBytes(bytes, units);
}

/** What is closed is dimmed, all but the reason. */
export function dimmed(column: Column<ConnectionRow>): Column<ConnectionRow> {
  if (column.id === 'state') return column;
  return { ...column, tone: (row) => (row.ending ? 'muted' : column.tone?.(row)) };
}

/** How old the connection is, or, where the kernel does not tell, how old at least. */
export function formatAge({ ageSeconds, seenSeconds }: ConnectionRow): string {
  return ageSeconds === null ? `>${formatDuration(seenSeconds)}` : formatDuration(ageSeconds);
}

/** Only TCP retransmits. */
export function formatRetransmits({ protocol, state, retransmits }: ConnectionRow): string {
  return protocol === 'tcp' && state !== 'LISTEN' ? formatCount(retransmits) : '-';
}

/** A cell of the kernel's figures; - where it has none. */
export const figure =
  (format: (tcp: TcpFigures, units: Units) => string) =>
  ({ tcp }: ConnectionRow, _width: number, _names: Names, units: Units): string =>
    tcp ? format(tcp, units) : '-';

/** Bytes in a queue: what waits is worth a look. */
export const queueTone =
  (bytes: (tcp: TcpFigures) => number) =>
  ({ tcp }: ConnectionRow): Tone | undefined =>
    tcp && bytes(tcp) > 0 ? 'caution' : 'muted';

export const formatQueue = (bytes: number, units: Units): string =>
  bytes === 0 ? '0' : formatBytes(bytes, units);
