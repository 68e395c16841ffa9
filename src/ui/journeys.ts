import type { PaneName } from '../model/model.ts';
import { isTrace } from '../panes/registry.ts';
import { currentKey, withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

/** Shows the trace by packet, or by function again; the selection stays on its packet. */
export function group(state: UiState): UiState {
  const from = state.panes.find(isTrace);
  if (from === undefined) return { ...state, message: 'there is no trace to group' };
  const to: PaneName = from === 'trace' ? 'journeys' : 'trace';
  const cursor = state.cursors[from];
  const selected = cursor !== null && 'key' in cursor ? cursor : null;
  return {
    ...withCursor(state, to, selected),
    panes: state.panes.map((name) => (name === from ? to : name)),
    focus: state.focus === from ? to : state.focus,
  };
}

type Marked = NonNullable<UiState['mark']>;

/** Whether a row is of the marked packet: by identity, or the marked row itself where there is none. */
export function isMarked(mark: UiState['mark'], { key, packet }: Marked): boolean {
  return mark !== null && (packet === '' ? mark.key === key : mark.packet === packet);
}

/** The selected packet of the trace. */
function currentPacket(state: UiState): Marked | undefined {
  const { focus, answer } = state;
  if (focus !== 'trace' && focus !== 'journeys') return undefined;
  const key = currentKey(state, focus);
  const rows: readonly Marked[] = answer?.[focus]?.rows ?? [];
  return rows.find((row) => row.key === key);
}

/** Marks a packet, takes the mark away from the marked one, or compares another with it. */
export function markOrCompare(state: UiState): UiState {
  const row = currentPacket(state);
  if (row === undefined) return { ...state, message: 'no packet to mark: select one in the trace' };
  const { key, packet } = row;
  if (state.mark === null) {
    return { ...state, mark: { key, packet }, message: 'marked; d on another packet compares the two' };
  }
  if (isMarked(state.mark, row)) return { ...state, mark: null, message: 'mark taken away' };
  return {
    ...withCursor(state, state.focus, { key }),
    overlay: { kind: 'inspector', pane: 'comparison', key, scroll: 0 },
  };
}
