import type { PaneName } from '../model/model.ts';
import type { Answer } from '../model/question.ts';
import { isTrace } from '../panes/registry.ts';
import type { KeyPress } from '../terminal/keyreader.ts';
import { formatInterval } from '../text/format.ts';
import { currentKey, moveCursor, withAnswer, withCursor } from './cursor.ts';
import { follow } from './follow.ts';
import { askedPane, groupProcesses } from './grouping.ts';
import { group, markOrCompare } from './journeys.ts';
import { type Command, commandOf } from './keys.ts';
import { nameHosts, nameServices } from './names.ts';
import { overlayKey } from './overlay.ts';
import { openPrompt, promptKey } from './prompt.ts';
import type { FilterCheck, Size, UiState } from './state.ts';
import { toggleWire, withoutRefusedWire } from './wire.ts';

export type Action =
  | ({ type: 'key' } & KeyPress)
  | ({ type: 'resize' } & Size)
  | { type: 'answer'; answer: Answer };

const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000];

function changeInterval(state: UiState, slower: boolean): UiState {
  const next = slower
    ? INTERVALS_MS.find((ms) => ms > state.intervalMs)
    : INTERVALS_MS.findLast((ms) => ms < state.intervalMs);
  const intervalMs = next ?? state.intervalMs;
  return { ...state, intervalMs, message: `interval ${formatInterval(intervalMs)}` };
}

function changeSort(state: UiState, step: 1 | -1): UiState {
  const { sorts } = askedPane(state, state.focus);
  if (sorts.length === 1) return { ...state, message: 'the trace is in order of time' };
  const now = sorts.findIndex((sort) => sort.id === state.sorts[state.focus].column);
  const next = sorts[(now + step + sorts.length) % sorts.length] ?? sorts[0];
  const sort = { column: next.id, descending: next.descending };
  return { ...state, sorts: { ...state.sorts, [state.focus]: sort } };
}

function invert(state: UiState): UiState {
  if (isTrace(state.focus)) return { ...state, message: 'the trace is in order of time' };
  const { column, descending } = state.sorts[state.focus];
  return { ...state, sorts: { ...state.sorts, [state.focus]: { column, descending: !descending } } };
}

function focus(state: UiState, pane: PaneName | undefined): UiState {
  return pane === undefined ? state : { ...state, focus: pane };
}

function focusBy(state: UiState, step: 1 | -1): UiState {
  const { panes: names } = state;
  return focus(state, names[(names.indexOf(state.focus) + step + names.length) % names.length]);
}

function inspect(state: UiState): UiState {
  const pane = state.focus;
  const key = currentKey(state, pane);
  if (key === null) return { ...state, message: 'no row to inspect' };
  return { ...withCursor(state, pane, { key }), overlay: { kind: 'inspector', pane, key, scroll: 0 } };
}

function clear(state: UiState): UiState {
  if (state.filter !== '') return { ...state, filter: '', message: 'filter cleared' };
  if (state.mark !== null) return { ...state, mark: null, message: 'mark taken away' };
  return withCursor(state, state.focus, null);
}

function freeze(state: UiState): UiState {
  const pane = state.panes.find(isTrace);
  if (pane === undefined) return { ...state, message: 'there is no trace to freeze' };
  const frozen = !state.frozen;
  return frozen ? { ...state, frozen } : { ...withCursor(state, pane, null), frozen };
}

type Step = (state: UiState, key: string) => UiState;
const same: Step = (state) => state;

const steps: Readonly<Record<Command, Step>> = {
  'next-pane': (state) => focusBy(state, 1),
  'previous-pane': (state) => focusBy(state, -1),
  pane: (state, key) => focus(state, state.panes[Number(key) - 1]),
  up: (state) => moveCursor(state, 'up'),
  down: (state) => moveCursor(state, 'down'),
  'page-up': (state) => moveCursor(state, 'page-up'),
  'page-down': (state) => moveCursor(state, 'page-down'),
  first: (state) => moveCursor(state, 'first'),
  last: (state) => moveCursor(state, 'last'),
  filter: (state) => openPrompt(state, 'filter'),
  host: (state) => openPrompt(state, 'host'),
  port: (state) => openPrompt(state, 'port'),
  freeze,
  follow: (state) => follow(state, state.focus, currentKey(state, state.focus)),
  group: (state) => (state.focus === 'processes' ? groupProcesses(state) : group(state)),
  mark: markOrCompare,
  names: nameHosts,
  services: nameServices,
  inspect,
  'next-sort': (state) => changeSort(state, 1),
  'previous-sort': (state) => changeSort(state, -1),
  invert,
  slower: (state) => changeInterval(state, true),
  faster: (state) => changeInterval(state, false),
  closed: (state) => ({
    ...state,
    closed: !state.closed,
    message: `closed connections ${state.closed ? 'hidden' : 'shown'}`,
  }),
  wire: toggleWire,
  reset: (state) => ({ ...state, resets: state.resets + 1, message: 'totals set to zero' }),
  help: (state) => ({ ...state, overlay: { kind: 'help', scroll: 0 } }),
  clear,
  repaint: same,
  suspend: same,
  quit: same,
};

/** The command of a key as things stand: a prompt takes keys as text, an overlay takes q as its end. */
export function commandNow(state: UiState, key: string): Command | undefined {
  const command = commandOf(key);
  if (command === 'quit' && key !== 'ctrl-c' && (state.prompt !== null || state.overlay !== null))
    return undefined;
  return command;
}

function pressed(state: UiState, key: KeyPress, check: FilterCheck): UiState {
  const quiet = state.message === '' ? state : { ...state, message: '' };
  if (quiet.prompt !== null) return promptKey(quiet, quiet.prompt, key, check);
  if (quiet.overlay !== null) return overlayKey(quiet, quiet.overlay, key.name);
  const command = commandOf(key.name);
  return command === undefined ? quiet : steps[command](quiet, key.name);
}

/** The next state of the screen. */
export function reduce(state: UiState, action: Action, check: FilterCheck): UiState {
  switch (action.type) {
    case 'key':
      return pressed(state, action, check);
    case 'resize':
      return { ...state, size: { columns: action.columns, rows: action.rows } };
    case 'answer':
      return withoutRefusedWire(withAnswer(state, action.answer));
  }
}
