import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentOf } from '../../src/model/moment.ts';

process.env.TZ = 'UTC';

const utc = (text: string): number => Date.parse(`${text}Z`) * 1000;

/** Over midnight. */
const AROUND = {
  fromUs: utc('2026-11-29T23:50:00.400'),
  untilUs: utc('2026-11-30T00:10:00.900'),
  atUs: utc('2026-11-30T00:00:00'),
};

const moments: readonly [string, string][] = [
  ['23:55:30', '2026-11-29T23:55:30'],
  ['00:05', '2026-11-30T00:05:00'],
  ['0:05:01.25', '2026-11-30T00:05:01.250'],
  ['2026-11-30 00:05:00', '2026-11-30T00:05:00'],
  ['2026-11-29T23:51:00Z', '2026-11-29T23:51:00'],
  ['23:50:00', '2026-11-29T23:50:00.400'],
  ['00:10:01', '2026-11-30T00:10:00.900'],
  [' +30s ', '2026-11-30T00:00:30'],
  ['+90', '2026-11-30T00:01:30'],
  ['-3m', '2026-11-29T23:57:00'],
  ['-1m30s', '2026-11-29T23:58:30'],
  ['-2h', '2026-11-29T23:50:00.400'],
  ['+1 hour', '2026-11-30T00:10:00.900'],
  ['end', '2026-11-30T00:10:00.900'],
  ['Begin', '2026-11-29T23:50:00.400'],
  ['3m ago', '2026-11-30T00:07:00.900'],
  ['1 minute 30 seconds ago', '2026-11-30T00:08:30.900'],
  ['500ms ago', '2026-11-30T00:10:00.400'],
];

for (const [text, moment] of moments)
  test(`"${text}" is a moment of a recording`, () => {
    assert.deepEqual(momentOf(text, AROUND), { toUs: utc(moment) });
  });

const problems: readonly [string, RegExp][] = [
  ['12:00:00', /^the recording is from 23:50:00 to 00:10:00$/],
  ['2026-11-28 23:55:00', /^the recording is from/],
  ['1h ago', /^the recording begins 20m00s before its end$/],
  ['25:00', /no time such as 12:34:56, \+30s, -3m, end, '3m ago'/],
  ['12:60', /no time such as/],
  ['soon', /no time such as/],
  ['+', /no time such as/],
  ['+30x', /no time such as/],
  ['ago', /no time such as/],
  ['-', /no time such as/],
];

for (const [text, problem] of problems)
  test(`"${text}" is none, and why`, () => {
    const found = momentOf(text, AROUND);
    assert.ok('message' in found);
    assert.match(found.message, problem);
  });

test('what is still written has no end yet', () => {
  assert.deepEqual(momentOf('end', { ...AROUND, untilUs: null }), {
    message: 'the end is not there yet',
    at: 0,
  });
  assert.deepEqual(momentOf('1m ago', { ...AROUND, untilUs: null }), { toUs: AROUND.atUs - 60e6 });
});
