import type { KeyPress } from '../terminal/keyreader.ts';
import { boundTo } from './bindings.ts';
import { type Command, MOVES, type Place } from './command.ts';
import { bodyLines, dataRows, layout } from './layout.ts';
import { overlayLines } from './overlay-lines.ts';
import type { UiState } from './state.ts';

/** What a key or another thing that somebody does means, with all that the reducer has to know of the screen. */
export interface Input {
  /** null: it has none there. */
  command: Command | null;
  /** For a command that takes one. */
  number: number;
  /** What it types into the prompt. */
  text?: string;
  /** Of a move: how far it can go. */
  reach?: Reach;
}

export interface Reach {
  /** Rows or lines of a page. */
  page: number;
  /** Lines that the overlay can be scrolled by. */
  scroll: number;
}

/** What has the keys. */
export function placeOf({ prompt, overlay }: UiState): Place {
  return prompt !== null ? 'prompt' : overlay !== null ? 'overlay' : 'panes';
}

/** What a key means as things stand. It is looked up here alone. */
export function inputOf(state: UiState, { name, text }: KeyPress): Input {
  const place = placeOf(state);
  const played = state.play !== null && place !== 'prompt' ? boundTo('play', name) : undefined;
  const { command = null, number = 0 } = played ?? boundTo(place, name) ?? {};
  const isMove = (MOVES as readonly (Command | null)[]).includes(command);
  return {
    command,
    number,
    ...(command === null && place === 'prompt' && text !== undefined && { text }),
    ...(isMove && { reach: reachOf(state) }),
  };
}

function reachOf(state: UiState): Reach {
  const shape = layout(state);
  if (state.overlay === null) return { page: Math.max(1, dataRows(shape, state.focus) - 1), scroll: 0 };
  const page = bodyLines(shape) - 1;
  return { page, scroll: Math.max(0, overlayLines(state, state.overlay).length - page) };
}
