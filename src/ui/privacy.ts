import type { Answer } from '../model/question.ts';
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
function withKeys(made: Answer, { processes, inspection }: Answer): Answer {
  const rows = made.processes?.rows.map((row, at) => ({ ...row, key: processes?.rows[at]?.key ?? row.key }));
  const open = made.inspection;
  const isProcess = open?.pane === 'processes' && inspection?.pane === 'processes';
  return {
    ...made,
    ...(made.processes && rows && { processes: { ...made.processes, rows } }),
    ...(isProcess && { inspection: { ...open, row: { ...open.row, key: inspection.row.key } } }),
  };
}
