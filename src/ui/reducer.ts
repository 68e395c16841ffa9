import { NO_FILTER } from '../filter/filter.ts';
import type { Answer } from '../model/question.ts';
import { isLive, isTrace, withFlag } from '../panes/registry.ts';
import type { Privacy } from '../private/privacy.ts';
import { formatInterval } from '../text/format.ts';
import { type Move, type PaneCommand, stepOf } from './command.ts';
import { copy } from './copy.ts';
import { currentKey, moveCursor, withAnswer, withCursor } from './cursor.ts';
import { isElsewhere } from './fleet.ts';
import { focusBy, focusOn } from './focus.ts';
import { follow } from './follow.ts';
import { askedTable, group } from './grouping.ts';
import { openHistograms } from './histograms.ts';
import type { Input, Reach } from './input.ts';
import { markOrCompare } from './mark.ts';
import { nameHosts, namePorts } from './names.ts';
import { overlayInput } from './overlay.ts';
import { playInput } from './play.ts';
import { togglePrivacy } from './privacy.ts';
import { openPrompt, promptInput } from './prompt.ts';
import { type RecordingTold, toggleRecording, withRecording } from './recording.ts';
import type { FilterReader, Size, UiState } from './state.ts';
import { timeInput } from './time-prompt.ts';
import { toggleTls, withoutRefusedTls } from './tls.ts';
import { toggleBits } from './units.ts';
import { toggleWire, withoutRefusedWire } from './wire.ts';

export type Action =
  | ({ type: 'input' } & Input)
  | ({ type: 'resize' } & Size)
  | { type: 'answer'; answer: Answer }
  | { type: 'privacy'; privacy: Privacy }
  | { type: 'recording'; told: RecordingTold };

const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000];

function changeInterval(state: UiState, slower: boolean): UiState {
  const next = slower
    ? INTERVALS_MS.find((ms) => ms > state.intervalMs)
    : INTERVALS_MS.findLast((ms) => ms < state.intervalMs);
  const intervalMs = next ?? state.intervalMs;
  return { ...state, intervalMs, message: `interval ${formatInterval(intervalMs)}` };
}

function changeSort(state: UiState, step: 1 | -1): UiState {
  const { sorts } = askedTable(state, state.focus);
  if (sorts.length === 1) return { ...state, message: 'the trace is in order of time' };
  const now = sorts.findIndex((sort) => sort.id === state.sorts[state.focus].column);
  const next = sorts[(now + step + sorts.length) % sorts.length] ?? sorts[0];
  const sort = { column: next.id, descending: next.descending };
  return { ...state, sorts: { ...state.sorts, [state.focus]: sort } };
}

function invert(state: UiState): UiState {
  if (isLive(state.focus)) return { ...state, message: 'the trace is in order of time' };
  const { column, descending } = state.sorts[state.focus];
  return { ...state, sorts: { ...state.sorts, [state.focus]: { column, descending: !descending } } };
}

function inspect(state: UiState): UiState {
  const pane = state.focus;
  const key = currentKey(state, pane);
  if (key === null) return { ...state, message: 'no row to inspect' };
  return { ...withCursor(state, pane, { key }), overlay: { kind: 'inspector', pane, key, scroll: 0 } };
}

function clear(state: UiState): UiState {
  if (state.filter.text !== '') return { ...state, filter: NO_FILTER, message: 'filter cleared' };
  if (state.mark !== null) return { ...state, mark: null, message: 'mark taken away' };
  return withCursor(state, state.focus, null);
}

function freeze(state: UiState): UiState {
  const pane = state.panes.find(isTrace);
  if (pane === undefined) return { ...state, message: 'there is no trace to freeze' };
  const frozen = !state.frozen;
  return frozen ? { ...state, frozen } : { ...withCursor(state, pane, null), frozen };
}

/** One step back: what was zeroed before that is gone. */
function restore(state: UiState): UiState {
  const { resets, canRestore } = state;
  if (!canRestore) return { ...state, message: 'no totals to bring back' };
  return { ...state, resets: resets - 1, canRestore: false, message: 'totals as before' };
}

type Step = (state: UiState, input: Input) => UiState;

const NO_REACH: Reach = { page: 1, scroll: 0 };

const move =
  (how: Move): Step =>
  (state, { reach = NO_REACH }) =>
    moveCursor(state, how, reach.page);

const steps: Readonly<Record<PaneCommand, Step>> = {
  'next-pane': (state) => focusBy(state, 1),
  'previous-pane': (state) => focusBy(state, -1),
  pane: (state, { number }) => focusOn(state, state.panes[number - 1]),
  up: move('up'),
  down: move('down'),
  'page-up': move('page-up'),
  'page-down': move('page-down'),
  first: move('first'),
  last: move('last'),
  filter: (state) => openPrompt(state, 'filter'),
  host: (state) => openPrompt(state, 'host'),
  port: (state) => openPrompt(state, 'port'),
  freeze,
  follow: (state) => follow(state, state.focus, currentKey(state, state.focus)),
  group,
  mark: markOrCompare,
  bits: toggleBits,
  scale: (state) => ({
    ...state,
    logScale: !state.logScale,
    message: `bars of ${state.logScale ? 'rates' : 'logarithms'}`,
  }),
  names: nameHosts,
  ports: namePorts,
  inspect,
  histograms: openHistograms,
  copy: (state) => copy(state, state.focus, currentKey(state, state.focus)),
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
  wire: (state) => (withFlag('tls').includes(state.focus) ? toggleTls(state) : toggleWire(state)),
  zoom: (state) => ({ ...state, isZoomed: !state.isZoomed }),
  reset: (state) => ({
    ...state,
    resets: state.resets + 1,
    canRestore: true,
    message: 'totals set to zero; u: as before',
  }),
  restore,
  record: toggleRecording,
  help: (state) => ({ ...state, overlay: { kind: 'help', scroll: 0 } }),
  clear,
};

function done(state: UiState, input: Input, read: FilterReader): UiState {
  const quiet = state.message === '' ? state : { ...state, message: '' };
  if (quiet.prompt?.kind === 'time') return timeInput(quiet, quiet.prompt, input);
  if (quiet.prompt !== null) return promptInput(quiet, quiet.prompt, input, read);
  const played = playInput(quiet, input);
  if (played) return played;
  if (isElsewhere(quiet, input.command))
    return { ...quiet, message: 'that can be asked of a machine itself, not of a fleet' };
  if (quiet.overlay !== null) return overlayInput(quiet, quiet.overlay, input);
  return stepOf<Step>(steps, input.command)?.(quiet, input) ?? quiet;
}

/** The next state of the screen. */
export function reduce(state: UiState, action: Action, read: FilterReader): UiState {
  switch (action.type) {
    case 'input':
      return done(state, action, read);
    case 'resize':
      return { ...state, size: { columns: action.columns, rows: action.rows } };
    case 'answer':
      return withoutRefusedTls(withoutRefusedWire(withAnswer(state, action.answer)));
    case 'privacy':
      return togglePrivacy(state, action.privacy);
    case 'recording':
      return withRecording(state, action.told);
  }
}
