import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cadence } from '../../src/capture/cadence.ts';
import type { Question } from '../../src/model/question.ts';

const QUESTION: Question = {
  filter: null,
  intervalMs: 1000,
  views: {},
  inspect: null,
  resets: 0,
};
const requests: Question = {
  ...QUESTION,
  views: { requests: { sort: 'time', descending: true } as never },
};
const trace: Question = {
  ...QUESTION,
  views: { trace: { isTraced: true } as never },
};
const NOTHING = { found: 0, sent: false, isStreaming: false, isBusy: false };
/** After this the question was not asked just now. */
const LATER_NS = 1e9;

/** How many answers ten seconds have besides the ticks' own, where each reading of the rings finds so much. */
function answersIn10s(question: Question, each: number): number {
  const cadence = new Cadence();
  cadence.ask(question, 0);
  let answers = 0;
  let tickNs = LATER_NS;
  for (
    let nowNs = LATER_NS;
    nowNs < LATER_NS + 10e9;
    nowNs += 1e6 * cadence.nextMs({ ...NOTHING, found: each }, nowNs)
  ) {
    if (nowNs >= tickNs) {
      cadence.answered(nowNs);
      tickNs += 1e9;
    }
    cadence.found(each);
    if (!cadence.isBehind || !cadence.isDue(nowNs)) continue;
    cadence.answered(nowNs);
    answers++;
  }
  return answers;
}

test('what comes slowly is shown soon, and what nobody could read with the ticks alone', () => {
  assert.ok(answersIn10s(requests, 20) >= 20);
  assert.equal(answersIn10s(requests, 200), 0);
});

test('a trace is drawn on while as many events come as requests have pieces', () => {
  assert.ok(answersIn10s(trace, 200) >= 20);
  assert.equal(answersIn10s(trace, 2000), 0);
});

test('where nothing is found the rings are read ever more seldom, and soon again after a question', () => {
  const cadence = new Cadence();
  cadence.ask(QUESTION, 0);
  const pauses = Array.from({ length: 5 }, () => cadence.nextMs(NOTHING, LATER_NS));
  assert.deepEqual(pauses, [100, 200, 200, 200, 200]);
  assert.equal(cadence.nextMs({ ...NOTHING, found: 1 }, LATER_NS), 100);
  cadence.ask(QUESTION, 2 * LATER_NS);
  assert.equal(cadence.nextMs(NOTHING, 2 * LATER_NS), 40);
});

test('where rows are streamed the rings are read more often, also while nothing is found', () => {
  const cadence = new Cadence();
  cadence.ask(QUESTION, 0);
  const streaming = { ...NOTHING, isStreaming: true };
  const pauses = Array.from({ length: 4 }, () => cadence.nextMs(streaming, LATER_NS));
  assert.deepEqual(pauses, [40, 80, 80, 80]);
  assert.equal(cadence.nextMs({ ...streaming, found: 1 }, LATER_NS), 20);
});
