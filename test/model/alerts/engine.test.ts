import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOWHERE, type Sighting } from '../../../src/model/alerts/alert.ts';
import { AlertEngine } from '../../../src/model/alerts/engine.ts';
import type { AlertKind } from '../../../src/model/alerts/kind.ts';
import { NO_LOOK } from '../../fixtures/looks.ts';

const sighting = (subject: string, figure: number): Sighting => ({
  ...NOWHERE,
  subject,
  figure,
  evidence: { figure },
  message: `${figure}`,
  advice: '',
  command: null,
});

/** Looks of a second each; in each, a figure by subject. */
function engine(fires: number, clears: number) {
  let now: Sighting[] = [];
  const kind: AlertKind = { name: 'conntrackFull', fires, clears, see: () => now };
  const made = new AlertEngine([kind]);
  let atUs = 0;
  return {
    made,
    look(figures: Record<string, number> = {}): string[] {
      now = Object.entries(figures).map(([subject, figure]) => sighting(subject, figure));
      atUs += 1e6;
      return made
        .tick({ ...NO_LOOK, atUs })
        .map(({ state, subject, figure }) => `${state} ${subject} ${figure}`);
    },
  };
}

test('an alert begins when it was seen often enough in a row, and is told once', () => {
  const { look } = engine(3, 2);
  assert.deepEqual(
    [look({ a: 1 }), look({ a: 1 }), look(), look({ a: 1 }), look({ a: 5 })],
    [[], [], [], [], []],
  );
  assert.deepEqual([look({ a: 2 }), look({ a: 2 })], [['begin a 5'], []]);
});

test('what comes and goes is one alert until it stays away for long enough; the end tells what was worst', () => {
  const { look } = engine(1, 3);
  assert.deepEqual(look({ a: 1 }), ['begin a 1']);
  for (let flap = 0; flap < 3; flap++) assert.deepEqual([look(), look(), look({ a: flap })], [[], [], []]);
  assert.deepEqual([look(), look(), look()], [[], [], ['end a 2']]);
  assert.deepEqual(look({ a: 9 }), ['begin a 9']);
});

test('a look without new figures of its network namespace neither goes on with an alert nor ends it', () => {
  let isThere = true;
  const kind: AlertKind = {
    name: 'conntrackFull',
    fires: 2,
    clears: 2,
    see: () => (isThere ? [{ ...sighting('a', 1), netns: 7 }] : []),
  };
  const made = new AlertEngine([kind]);
  const look = (isRead: boolean, there: boolean) => {
    isThere = isRead && there;
    return made.tick({ ...NO_LOOK, unread: new Set(isRead ? [] : [7]) }).map(({ state }) => state);
  };
  assert.deepEqual([look(true, true), look(false, true), look(true, true)], [[], [], ['begin']]);
  assert.deepEqual([look(true, false), look(false, false), look(true, false)], [[], [], ['end']]);
});

test('one that goes on is told again every ten seconds', () => {
  const { look } = engine(1, 3);
  const all = Array.from({ length: 25 }, () => look({ a: 1 })).flat();
  assert.deepEqual(all, ['begin a 1', 'ongoing a 1', 'ongoing a 1']);
});

test('subjects are alerts of their own; so many have room, and the rest is counted', () => {
  const { look, made } = engine(1, 2);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`s${number}`, 1]));
  assert.equal(look(many).length, 256);
  assert.equal(made.left, 44);
  assert.equal([...made.on()].length, 256);
  look();
  assert.equal(look().filter((told) => told.startsWith('end')).length, 256);
  assert.equal([...made.all()].length, 200, 'of those that ended the newest are kept');
});
