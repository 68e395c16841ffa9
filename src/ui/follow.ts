import type { DroppedPacket, DropRow } from '../model.ts';
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

/** Goes to the trace, live, with the flow of the newest packet of a row of drops as its filter. */
export function follow(state: UiState, key: string | null): UiState {
  const row = dropRow(state, key);
  if (!row?.last) return { ...state, message: 'no packet to follow' };
  const filter = flowFilter(row.last);
  if (filter === null) return { ...state, message: `${formatFlow(row.last)} is no flow: no addresses` };
  const trace = state.panes.find(isTrace) ?? 'trace';
  const message = `traced: ${formatFlow(row.last)}`;
  return {
    ...withCursor(state, trace, null),
    filter,
    focus: trace,
    frozen: false,
    overlay: null,
    message,
  };
}

/** The row that the inspector is open on may have left the window. */
function dropRow({ answer }: UiState, key: string | null): DropRow | undefined {
  const open = answer?.inspection;
  if (open?.pane === 'drops' && open.row.key === key) return open.row;
  return answer?.drops?.rows.find((row) => row.key === key);
}
