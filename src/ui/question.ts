import type { PaneName } from '../model/model.ts';
import type { Question, ViewQuestion } from '../model/question.ts';
import { isTrace, panes } from '../panes/registry.ts';
import { dataRows, layout } from './layout.ts';
import type { UiState } from './state.ts';

/** What the screen needs to know, worked out from the UI state alone. */
export function question(state: UiState): Question {
  const shape = layout(state);
  const view = (name: PaneName): ViewQuestion => ({
    sort: state.sorts[name].column,
    descending: state.sorts[name].descending,
    rows: dataRows(shape, name),
    cursor: state.cursors[name],
    ...(name === 'processes' && state.grouping !== 'process' && { group: state.grouping }),
  });
  const { overlay } = state;
  const wanted = state.panes.filter((name) => !panes[name].isAskedWhenShown || dataRows(shape, name) > 0);
  return {
    filter: state.filter,
    intervalMs: state.intervalMs,
    trace: state.panes.some((name) => isTrace(name) && dataRows(shape, name) > 0),
    frozen: state.frozen,
    wire: state.wire,
    views: Object.fromEntries(wanted.map((name) => [name, view(name)])),
    inspect: overlay?.kind === 'inspector' ? { pane: overlay.pane, key: overlay.key } : null,
    mark: state.mark?.key ?? null,
    ...((state.names.hosts !== 'off' || state.names.services) && { names: state.names }),
    closed: state.closed,
    events: false,
    resets: state.resets,
  };
}
