import { formatFarEnd, formatLocal } from '../connection-ends.ts';
import type { ConnectionRow, DroppedPacket, DropRow, PaneName } from '../model.ts';
import { formatFlow } from '../panes/drops.ts';
import { isTrace } from '../panes/pane.ts';
import { withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

/** Both directions of the flow that the packet belongs to; null for what is not IP. */
export function flowFilter({ protocol, source, destination, ...ports }: DroppedPacket): string | null {
  if (source === '') return null;
  const proto = /^\d+$/.test(protocol) ? `proto ${protocol}` : protocol;
  const hosts = [...new Set([source, destination])].map((address) => `host ${address}`);
  const numbers = new Set([ports.sourcePort, ports.destinationPort].filter((port) => port !== null));
  return [proto, ...hosts, ...[...numbers].map((port) => `port ${port}`)].join(' and ');
}

/** A connection's packets, or a UDP flow's, in its network namespace. What is not bound to an end leaves it out. */
export function socketFilter(row: ConnectionRow): string {
  const hosts = [...new Set([row.localAddress, row.remoteAddress])].filter((host) => !UNBOUND.has(host));
  const ports = [...new Set([row.localPort, row.remotePort])].filter((port) => port !== 0);
  const terms = [...hosts.map((host) => `host ${host}`), ...ports.map((port) => `port ${port}`)];
  return [row.protocol, ...terms, ...(row.netns === 0 ? [] : [`netns ${row.netns}`])].join(' and ');
}

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
