import { PROTOCOLS } from '../filter/words.ts';
import { formatFarEnd, formatLocal } from '../model/connection-ends.ts';
import type { ConnectionRow, DroppedPacket, DropRow, PaneName } from '../model/model.ts';
import { formatFlow } from '../panes/drops/columns.ts';
import { isTrace } from '../panes/pane.ts';
import { formatEndpoint } from '../text/format.ts';
import { withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

/** Both directions of the flow that the packet belongs to; null for what is not IP. */
export function flowFilter({ protocol, ...ends }: DroppedPacket): string | null {
  if (ends.source === '') return null;
  const source = { address: ends.source, port: ends.sourcePort ?? 0 };
  const destination = { address: ends.destination, port: ends.destinationPort ?? 0 };
  return between(/^\d+$/.test(protocol) ? `proto ${protocol} and` : protocol, source, destination);
}

/** A connection's packets, or a UDP flow's, in its network namespace. What is not bound to an end leaves it out. */
export function socketFilter(row: ConnectionRow): string {
  const isEcho = row.protocol.startsWith('icmp'); // its port is the identifier
  const local = { address: row.localAddress, port: isEcho ? 0 : row.localPort };
  const remote = { address: row.remoteAddress, port: isEcho ? 0 : row.remotePort };
  const flow = between(protocolTerm(row), local, remote);
  const number = isEcho && row.localPort > 0 ? `icmpid ${row.localPort}` : '';
  const netns = row.netns === null ? '' : `netns ${row.netns}`;
  return [flow, number, netns].filter((term) => term !== '').join(' and ');
}

interface FlowEnd {
  address: string;
  port: number;
}

/** As short as the grammar has it: both ends as the screen prints them, or the one that there is. */
function between(protocol: string, ...ends: [FlowEnd, FlowEnd]): string {
  const known = ends.filter(({ address, port }) => port !== 0 || !UNBOUND.has(address));
  if (known.length === 0) return protocol.replace(/ and$/, '');
  const written = known.map(({ address, port }) => (port === 0 ? address : formatEndpoint(address, port)));
  return `${protocol} ${written.join(' ⇄ ')}`.trim();
}

/** None for a socket that sends packets of any protocol. */
function protocolTerm({ protocol, ipProtocol }: ConnectionRow): string {
  if (Object.hasOwn(PROTOCOLS, protocol)) return protocol;
  return ipProtocol === null || ipProtocol === IPPROTO_RAW ? '' : `proto ${ipProtocol} and`;
}

/** include/uapi/linux/in.h: whoever sends writes the header. */
const IPPROTO_RAW = 255;

const UNBOUND = new Set(['', '0.0.0.0', '::']);

/** Goes to the trace, live, with the flow of the newest packet of a row of drops as its filter. */
function followDrop(state: UiState, key: string | null): UiState {
  const row = rowOf(state, 'drops', key);
  if (!row?.last) return { ...state, message: 'no packet to follow' };
  const filter = flowFilter(row.last);
  if (filter === null) return { ...state, message: `${formatFlow(row.last)} is no flow: no addresses` };
  return traced(state, filter, formatFlow(row.last));
}

/** The same with the packets of a connection. */
function followConnection(state: UiState, key: string | null): UiState {
  const row = rowOf(state, 'connections', key);
  if (!row) return { ...state, message: 'no connection to follow' };
  return traced(state, socketFilter(row), `${row.protocol} ${formatLocal(row)} → ${formatFarEnd(row)}`);
}

function traced(state: UiState, filter: string, flow: string): UiState {
  const trace = state.panes.find(isTrace);
  if (trace === undefined) return { ...state, message: 'there is no trace in this run' };
  return {
    ...withCursor(state, trace, null),
    filter,
    focus: trace,
    frozen: false,
    overlay: null,
    message: `traced: ${flow}`,
  };
}

/** What x goes to the trace from, by pane; the row is the selected one, or the one that is inspected. */
const FOLLOWED: Partial<Record<PaneName, (state: UiState, key: string | null) => UiState>> = {
  drops: followDrop,
  connections: followConnection,
};

/** Goes from a row to its packets in the trace; where a row has none, nothing happens. */
export function follow(state: UiState, pane: PaneName | 'comparison', key: string | null): UiState {
  return (pane !== 'comparison' && FOLLOWED[pane]?.(state, key)) || state;
}

/** The row that the inspector is open on may have left the window. */
function rowOf(state: UiState, pane: 'drops', key: string | null): DropRow | undefined;
function rowOf(state: UiState, pane: 'connections', key: string | null): ConnectionRow | undefined;
function rowOf({ answer }: UiState, pane: 'drops' | 'connections', key: string | null) {
  const open = answer?.inspection;
  if (open?.pane === pane && open.row.key === key) return open.row;
  return answer?.[pane]?.rows.find((row) => row.key === key);
}
