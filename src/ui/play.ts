import type { Play } from '../model/play.ts';
import type { Answer } from '../model/question.ts';
import { type PlayCommand, stepOf } from './command.ts';
import type { Input } from './input.ts';
import type { Key } from './keys.ts';
import type { UiState } from './state.ts';

/** How a recording is played, as the user wants it. */
export interface PlayState extends Play {
  /** What was shown when another moment was last asked for. */
  asked: Answer | null;
}

const FIRST_PLAY: PlayState = { isPaused: false, speed: 1, seeks: 0, seek: null, asked: null };

/** `beginUs`: another moment than the first. */
export const firstPlay = (beginUs?: number): PlayState =>
  beginUs === undefined ? FIRST_PLAY : { ...FIRST_PLAY, seeks: 1, seek: { toUs: beginUs } };

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 60] as const;
const NEAR_US = 10e6;
const FAR_US = 60e6;

/** Over a recording these come before the keys of the panes. */
export const playKeys: readonly Key[] = [
  { command: 'play-pause', keys: ['space'], shown: 'Space', label: 'pause, or go on' },
  { command: 'play-back', keys: ['['], shown: '[', label: '10 seconds back' },
  { command: 'play-on', keys: [']'], shown: ']', label: '10 seconds on' },
  { command: 'play-far-back', keys: ['{'], shown: '{', label: 'a minute back' },
  { command: 'play-far-on', keys: ['}'], shown: '}', label: 'a minute on' },
  { command: 'play-time', keys: [':'], shown: ':', label: 'to a time' },
  { command: 'play-step', keys: ['.'], shown: '.', label: 'a step on, paused' },
  { command: 'play-faster', keys: ['+', '='], shown: '+', label: 'faster' },
  { command: 'play-slower', keys: ['-'], shown: '-', label: 'slower' },
];

type Step = (play: PlayState, state: UiState) => Partial<PlayState>;

const steps: Readonly<Record<Exclude<PlayCommand, 'play-time'>, Step>> = {
  'play-pause': ({ isPaused }) => ({ isPaused: !isPaused }),
  'play-back': seekBy(-NEAR_US),
  'play-on': seekBy(NEAR_US),
  'play-far-back': seekBy(-FAR_US),
  'play-far-on': seekBy(FAR_US),
  'play-step': ({ seeks }) => ({ isPaused: true, seek: 'step', seeks: seeks + 1 }),
  'play-faster': ({ speed }) => ({ speed: SPEEDS.find((one) => one > speed) ?? speed }),
  'play-slower': ({ speed }) => ({ speed: SPEEDS.findLast((one) => one < speed) ?? speed }),
};

/** From where it is; or, while it is on its way, from where it is going. */
function seekBy(byUs: number): Step {
  return (play, { answer }) => {
    const { seek, seeks, asked } = play;
    const playing = answer?.playing;
    if (!playing) return {};
    const isUnderWay = playing.isSeeking || asked === answer;
    const from = isUnderWay && seek !== null && seek !== 'step' && 'toUs' in seek ? seek.toUs : playing.atUs;
    const latest = playing.untilUs ?? Number.POSITIVE_INFINITY;
    const toUs = Math.max(playing.fromUs, Math.min(latest, from + byUs));
    return { seek: { toUs }, seeks: seeks + 1, asked: answer };
  };
}

/** Goes to a moment; microseconds since the epoch. */
export function seekTo(state: UiState, toUs: number): UiState {
  const { play, answer } = state;
  return play ? { ...state, play: { ...play, seek: { toUs }, seeks: play.seeks + 1, asked: answer } } : state;
}

/** Opens the prompt for a moment of the recording. */
function openTimePrompt(state: UiState): UiState {
  const { filter } = state;
  return {
    ...state,
    prompt: { kind: 'time', text: '', caret: 0, problem: null, meant: filter, before: filter },
  };
}

/** null: it is no command of a recording. */
export function playInput(state: UiState, { command }: Input): UiState | null {
  const { play } = state;
  if (play && command === 'play-time') return openTimePrompt(state);
  const step = play && stepOf<Step>(steps, command);
  return play && step ? { ...state, play: { ...play, ...step(play, state) } } : null;
}
