import { isTrace } from '../panes/registry.ts';
import { currentKey, withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

type Marked = NonNullable<UiState['mark']>;

/** Whether a row is of the marked packet: by identity, or the marked row itself where there is none. */
export function isMarked(mark: UiState['mark'], row: Marked): boolean {
  const { key, packet, machine } = row;
  return (
    mark !== null && (packet === '' ? mark.key === key : mark.packet === packet && mark.machine === machine)
  );
}

/** The selected packet of the trace. */
function currentPacket(state: UiState): Marked | undefined {
  const { focus, answer } = state;
  if (!isTrace(focus)) return undefined;
  const key = currentKey(state, focus);
  const row = answer?.[focus]?.rows.find((one) => one.key === key);
  return row && 'packet' in row ? row : undefined;
}

/** Marks a packet, takes the mark away from the marked one, or compares another with it. */
export function markOrCompare(state: UiState): UiState {
  const row = currentPacket(state);
  if (row === undefined) return { ...state, message: 'no packet to mark: select one in the trace' };
  const { key, packet, machine } = row;
  if (state.mark === null) {
    return {
      ...state,
      mark: { key, packet, ...(machine !== undefined && { machine }) },
      message: 'marked; d on another packet compares the two',
    };
  }
  if (isMarked(state.mark, row)) return { ...state, mark: null, message: 'mark taken away' };
  return {
    ...withCursor(state, state.focus, { key }),
    overlay: { kind: 'inspector', pane: 'comparison', key, scroll: 0 },
  };
}
