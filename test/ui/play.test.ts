import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_FILTER } from '../../src/filter/filter.ts';
import type { Playing } from '../../src/model/play.ts';
import { inputOf } from '../../src/ui/input.ts';
import { question } from '../../src/ui/question.ts';
import { reduce } from '../../src/ui/reducer.ts';
import { initialState, type UiState } from '../../src/ui/state.ts';
import { timeLine } from '../../src/ui/time-line.ts';
import { watched } from '../fixtures/replay.ts';

const PLAYING: Playing = {
  fromUs: 1000e6,
  untilUs: 1100e6,
  atUs: 1050e6,
  isOver: false,
  isSeeking: false,
  damage: [],
};

const SIZE = { columns: 100, rows: 30 };
const OPTIONS = { filter: NO_FILTER, intervalMs: 1000, statsOnly: false, wire: false };
const answer = watched().state.answer ?? assert.fail('there is no answer');

function start(isReplay: boolean): UiState {
  const state = initialState({ ...OPTIONS, isReplay }, SIZE);
  return reduce(
    state,
    { type: 'answer', answer: { ...answer, ...(isReplay && { playing: PLAYING }) } },
    () => NO_FILTER,
  );
}

const press = (state: UiState, name: string, text = name): UiState =>
  reduce(state, { type: 'input', ...inputOf(state, { name, text }) }, () => NO_FILTER);

test('keys of a recording say how it is played; several in a row go on from where the first one leads', () => {
  let state = start(true);
  assert.deepEqual(question(state).play, { isPaused: false, speed: 1, seeks: 0, seek: null });
  state = press(press(state, ']'), ']');
  assert.deepEqual(question(state).play, { isPaused: false, speed: 1, seeks: 2, seek: { toUs: 1070e6 } });
  state = press(state, '{');
  assert.deepEqual(question(state).play?.seek, { toUs: 1010e6 });
  for (let times = 0; times < 3; times++) state = press(state, '[');
  assert.deepEqual(question(state).play?.seek, { toUs: 1000e6 }, 'not before its beginning');
  state = press(press(press(state, 'space', ' '), '+'), '+');
  assert.deepEqual(question(state).play, { isPaused: true, speed: 5, seeks: 6, seek: { toUs: 1000e6 } });
  assert.equal(state.frozen, false);
  assert.equal(question(press(state, '.')).play?.seek, 'step');
});

test('a time is typed after :, and what is none stays to be mended', () => {
  let state = press(start(true), ':');
  for (const letter of '+3x') state = press(state, letter);
  state = press(state, 'enter', '');
  assert.match(state.prompt?.problem?.message ?? '', /no time such as 12:34:56/);
  assert.equal(state.prompt?.text, '+3x');
  assert.equal(question(state).play?.seek, null);
  state = press(press(state, 'backspace', ''), '0');
  assert.equal(state.prompt?.problem, null);
  state = press(state, 'enter', '');
  assert.equal(state.prompt, null);
  assert.deepEqual(question(state).play, { isPaused: false, speed: 1, seeks: 1, seek: { toUs: 1080e6 } });
  state = press(press(press(state, ':'), '9'), 'escape', '');
  assert.deepEqual([state.prompt, question(state).play?.seeks], [null, 1]);
  assert.equal(press(start(false), ':').prompt, null, 'there is nothing to go to');
});

test('a replay may begin elsewhere', () => {
  const state = initialState({ ...OPTIONS, isReplay: true, beginUs: 1030e6 }, SIZE);
  assert.deepEqual(question(state).play, { isPaused: false, speed: 1, seeks: 1, seek: { toUs: 1030e6 } });
});

test('without a recording the same keys do what they do live', () => {
  const state = press(start(false), 'space', ' ');
  assert.deepEqual([state.frozen, state.play, question(state).play], [true, null, undefined]);
});

test('the time line tells where one is, and what is damaged', () => {
  const { play } = start(true);
  assert.ok(play);
  const text = (playing: Playing, columns: number) =>
    timeLine(playing, play, columns)
      .map((span) => span.text)
      .join('');
  assert.match(text(PLAYING, 120), /^ ▶ 1× {4}\d\d:\d\d:\d\d ━+─+ \d\d:\d\d:\d\d {3}Space pause/);
  assert.match(text({ ...PLAYING, damage: ['it was cut'] }, 120), /it was cut$/);
  assert.match(text({ ...PLAYING, untilUs: null }, 120), /live/);
  for (const columns of [20, 60, 200]) assert.ok(text(PLAYING, columns).length <= columns);
});
