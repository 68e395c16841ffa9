import { GROUPINGS, type Grouping, type PaneName } from '../model/model.ts';
import type { Pane } from '../panes/pane.ts';
import { processPanes } from '../panes/processes/pane.ts';
import { panes } from '../panes/registry.ts';
import { withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

/**
 * The pane that fits the rows of the last answer: what those of the processes are depends on their grouping, and
 * on the wire.
 */
export function shownPane(state: UiState, name: PaneName): Pane<never> {
  return paneBy(state.answer?.processes?.group ?? state.grouping, state.wire, name);
}

/** The pane whose rows the state asks for. */
export function askedPane({ grouping, wire }: UiState, name: PaneName): Pane<never> {
  return paneBy(grouping, wire, name);
}

function paneBy(grouping: Grouping, wire: boolean, name: PaneName): Pane<never> {
  const pane = name === 'processes' ? processPanes[grouping] : panes[name];
  return wire ? pane : withoutWire(pane);
}

function withoutWire(pane: Pane<never>): Pane<never> {
  const [first, ...others] = pane.sorts;
  return {
    ...pane,
    columns: pane.columns.filter((column) => !column.wire),
    sorts: [first, ...others.filter((sort) => !sort.wire)],
  };
}

/** The next way to put processes together; an order that it has no column for gives way to the first. */
export function groupProcesses(state: UiState): UiState {
  const grouping = GROUPINGS[(GROUPINGS.indexOf(state.grouping) + 1) % GROUPINGS.length] ?? 'process';
  const { title, sorts } = processPanes[grouping];
  const now = state.sorts.processes;
  const [{ id, descending }] = sorts;
  const sort = sorts.some((one) => one.id === now.column) ? now : { column: id, descending };
  return {
    ...withCursor(state, 'processes', null),
    grouping,
    sorts: { ...state.sorts, processes: sort },
    message: title,
  };
}
