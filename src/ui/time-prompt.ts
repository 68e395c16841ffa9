import { momentOf } from '../model/moment.ts';
import type { Input } from './input.ts';
import { seekTo } from './play.ts';
import { edit } from './prompt.ts';
import type { Prompt, UiState } from './state.ts';

/** What somebody does while it is open: what is no moment of the recording stays to be mended. */
export function timeInput(state: UiState, prompt: Prompt, input: Input): UiState {
  if (input.command === 'undo') return { ...state, prompt: null };
  if (input.command === 'keep') return go(state, prompt);
  const edited = edit(prompt, input);
  return edited === null ? state : { ...state, prompt: { ...prompt, ...edited, problem: null } };
}

function go(state: UiState, prompt: Prompt): UiState {
  const playing = state.answer?.playing;
  if (!playing || prompt.text.trim() === '') return { ...state, prompt: null };
  const moment = momentOf(prompt.text, playing);
  const isBack = 'toUs' in moment && moment.toUs < playing.atUs && playing.untilUs === null;
  const problem = isBack ? { message: 'a pipe cannot go back', at: 0 } : 'message' in moment ? moment : null;
  if (problem || !('toUs' in moment)) return { ...state, prompt: { ...prompt, problem } };
  return seekTo({ ...state, prompt: null }, moment.toUs);
}
