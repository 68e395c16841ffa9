import type { PaneName } from '../model/model.ts';
import { withMachine } from '../panes/machine.ts';
import type { PaneTable } from '../panes/pane.ts';
import { panes } from '../panes/registry.ts';
import { withCursor } from './cursor.ts';
import type { UiState } from './state.ts';

/** The table that fits the rows of the last answer: it depends on their grouping, and on the wire. */
export function shownTable(state: UiState, name: PaneName): PaneTable<never> {
  return tableBy(state, name, state.answer?.[name]?.group);
}

/** The table of the rows that the state asks for. */
export function askedTable(state: UiState, name: PaneName): PaneTable<never> {
  return tableBy(state, name);
}

/** What the question says of it: nothing for the first way. */
export function groupOf({ groupings }: UiState, name: PaneName): { group?: string } {
  const group = groupings[name];
  const [first] = Object.keys(panes[name].groupings ?? {});
  return group === undefined || group === first ? {} : { group };
}

function tableBy(
  { groupings, wire, hasMachines }: UiState,
  name: PaneName,
  grouping = groupings[name],
): PaneTable<never> {
  const whole = panes[name].groupings?.[grouping ?? ''] ?? panes[name];
  const table = wire ? whole : withoutWire(whole);
  return hasMachines ? withMachine(table) : table;
}

function withoutWire(table: PaneTable<never>): PaneTable<never> {
  const [first, ...others] = table.sorts;
  return {
    ...table,
    columns: table.columns.filter((column) => !column.wire),
    sorts: [first, ...others.filter((sort) => !sort.wire)],
  };
}

/** An order that its pane has no column for any more gives way to the first. */
export function withKnownSorts(state: UiState): UiState {
  const sorts = { ...state.sorts };
  for (const name of state.panes) {
    const [first, ...others] = askedTable(state, name).sorts;
    if (![first, ...others].some(({ id }) => id === sorts[name].column))
      sorts[name] = { column: first.id, descending: first.descending };
  }
  return { ...state, sorts };
}

/** The next way to put the rows together, of the pane that has the keys or else of the trace. */
export function group(state: UiState): UiState {
  const { groupings } = panes[state.focus];
  return groupings ? regroup(state, state.focus, Object.keys(groupings)) : swap(state);
}

function regroup(state: UiState, name: PaneName, ways: readonly string[]): UiState {
  const now = state.groupings[name] ?? ways[0] ?? '';
  const next = ways[(ways.indexOf(now) + 1) % ways.length] ?? now;
  const regrouped = withKnownSorts({
    ...withCursor(state, name, null),
    groupings: { ...state.groupings, [name]: next },
  });
  return { ...regrouped, message: askedTable(regrouped, name).title };
}

/** Shows a pane the other way; the selection stays on its row. */
function swap(state: UiState): UiState {
  const has = (name: PaneName) => panes[name].otherWay !== undefined;
  const from = has(state.focus) ? state.focus : state.panes.find(has);
  const to = from && panes[from].otherWay;
  if (from === undefined || to === undefined) return { ...state, message: 'there is no trace to group' };
  const other = (name: PaneName) => (name === from ? to : name);
  const cursor = state.cursors[from];
  const selected = cursor !== null && 'key' in cursor ? cursor : null;
  return {
    ...withCursor(state, to, selected),
    panes: state.panes.map(other),
    recent: state.recent.map(other),
    focus: other(state.focus),
  };
}
