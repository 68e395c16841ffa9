import type { PaneName } from '../model/model.ts';
import type { Play } from '../model/play.ts';
import type { Question, ViewQuestion } from '../model/question.ts';
import { isTrace, panes, wishesOf } from '../panes/registry.ts';
import { groupOf } from './grouping.ts';
import { dataRows, layout } from './layout.ts';
import type { UiState } from './state.ts';

/** What the screen needs to know, worked out from the UI state alone. `isFirst`: what loads later is left out. */
export function question(state: UiState, shape = layout(state), isFirst = state.answer === null): Question {
  const view = (name: PaneName): ViewQuestion => ({
    sort: state.sorts[name].column,
    descending: state.sorts[name].descending,
    rows: dataRows(shape, name),
    cursor: state.cursors[name],
    ...groupOf(state, name),
    ...(panes[name].hasClosed && { closed: state.closed }),
    ...(isTrace(name) && {
      isTraced: dataRows(shape, name) > 0,
      isFrozen: state.frozen,
      mark: state.mark?.key ?? null,
    }),
    ...(state.logScale && panes[name].keys?.scale !== undefined && { logScale: true }),
    ...wishesOf(name, state),
  });
  const { overlay } = state;
  const wanted = state.panes.filter(
    (name) =>
      (!isFirst || !panes[name].isLoadedLater) && (dataRows(shape, name) > 0 || !panes[name].isCostly),
  );
  return {
    filter: state.filter.expression,
    ...(state.cgroup !== null && { cgroup: state.cgroup }),
    intervalMs: state.intervalMs,
    views: {
      ...Object.fromEntries(wanted.map((name) => [name, view(name)])),
      ...(state.wire && { wire: {} }),
    },
    inspect: overlay?.kind === 'inspector' ? { pane: overlay.pane, key: overlay.key } : null,
    ...((state.names.hosts !== 'off' || state.names.services) && { names: state.names }),
    resets: state.resets,
    ...(state.play && { play: playOf(state.play) }),
  };
}

function playOf({ isPaused, speed, seeks, seek }: Play): Play {
  return { isPaused, speed, seeks, seek };
}
