import type { Answer } from '../model/question.ts';
import { PANE_NAMES } from '../panes/registry.ts';
import type { Privacy } from '../private/privacy.ts';
import type { UiState } from './state.ts';

/** With other names and addresses on the screen, or with the true ones. */
export function togglePrivacy(state: UiState, privacy: Privacy): UiState {
  return state.privacy
    ? { ...state, privacy: null, message: 'addresses and names as they are' }
    : { ...state, privacy, message: 'addresses and names are pseudonyms: filters take the true ones' };
}

/** What is drawn of the state; keys go by the state itself, so that filters and copies are of the true ones. */
export function drawn(state: UiState): UiState {
  const { privacy, answer, filter, message } = state;
  if (!privacy) return state;
  return {
    ...state,
    answer: answer && withKeys(privacy.once(answer), answer), // first: the message may have names that are in it
    filter: privacy.filter(filter),
    message: privacy.text('sentence', message),
  };
}

/** Selection and inspector find their rows by the true keys, which are not shown. */
function withKeys(made: Answer, { inspection, ...shown }: Answer): Answer {
  const views: Answer = { ...made };
  for (const name of PANE_NAMES) {
    const [hidden, view] = [made[name], shown[name]];
    if (!hidden || !view) continue;
    const rows = hidden.rows.map((row, at) => ({ ...row, key: view.rows[at]?.key ?? row.key }));
    Object.assign(views, { [name]: { ...hidden, rows } });
  }
  const open = made.inspection;
  const row = open &&
    inspection &&
    'row' in open &&
    'row' in inspection && { ...open.row, key: inspection.row.key };
  return row ? ({ ...views, inspection: { ...open, row } } as Answer) : views;
}
