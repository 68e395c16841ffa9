import { formatName } from '../filter/name.ts';
import { ANY_NAMES, readFilter } from '../filter/parser.ts';
import type { Inspection, Row } from '../model/model.ts';
import { machineOf } from '../model/of-machine.ts';
import type { Followed } from '../panes/pane.ts';
import { isPane, isTrace, panes } from '../panes/registry.ts';
import { withCursor } from './cursor.ts';
import { focusOn } from './focus.ts';
import { rowOf } from './row.ts';
import type { UiState } from './state.ts';

type Flow = Exclude<Followed, { message: string }>;

/** Goes from a row to its packets in the trace; where a row has none, nothing happens. */
export function follow(state: UiState, pane: Inspection['pane'], key: string | null): UiState {
  if (!isPane(pane)) return state;
  const go = panes[pane].follow;
  if (!go) return state;
  const row = rowOf(state, pane, key);
  const followed = (go as (row: Row | undefined) => Followed)(row);
  if ('message' in followed) return { ...state, message: followed.message };
  return traced(state, row ? onMachine(row, followed) : followed);
}

/** Numbers and addresses mean something on the row's machine; a connection that two see is followed on both. */
function onMachine(row: Row, { filter, flow }: Flow): Flow {
  const machine = machineOf(row);
  if (machine === null || ('otherEnd' in row && row.otherEnd)) return { filter, flow };
  return { filter: `machine ${formatName(machine)} and (${filter})`, flow: `${flow} on ${machine}` };
}

function traced(state: UiState, { filter, flow }: Flow): UiState {
  const trace = state.panes.find(isTrace);
  if (trace === undefined) return { ...state, message: 'there is no trace in this run' };
  return {
    ...focusOn(withCursor(state, trace, null), trace),
    filter: readFilter(filter, ANY_NAMES), // it has addresses and numbers, no names
    frozen: false,
    overlay: null,
    message: `traced: ${flow}`,
  };
}
