import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetReader } from '../../../src/capture/alerts/net-reader.ts';
import { NO_FIGURES } from '../../fixtures/looks.ts';

const OWN = 1;
const OTHER = 2;
const HOUR_NS = 3600e9;

/** Reads two namespaces once a second; in the other so many packets have come by then. Returns the seconds of its readings. */
function read(seconds: number, received: (second: number) => number) {
  const times = { [OWN]: [] as number[], [OTHER]: [] as number[] };
  let [second, entered] = [0, 0];
  const reader = new NetReader(
    {
      own: OWN,
      list: () => (received(second) < 0 ? [OWN] : [OWN, OTHER]),
      within(netns, act) {
        entered = netns;
        times[netns as typeof OWN]?.push(second);
        return act();
      },
    },
    { figures: () => ({ ...NO_FIGURES, received: entered === OWN ? 0 : received(second) }) },
  );
  for (second = 1; second <= seconds; second++) reader.tick(HOUR_NS + second * 1e9);
  reader.close();
  return { ...times, known: [...reader.readings.keys()] };
}

test('where nothing comes is read every four seconds in time, until something does; the own namespace each second', () => {
  const { [OWN]: own, [OTHER]: other } = read(60, (second) => (second < 50 ? 7 : second));
  assert.equal(own.length, 60);
  assert.deepEqual(
    other.filter((second) => second > 29),
    [30, 31, 35, 39, 43, 47, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60],
  );
});

test('one that is gone is forgotten', () => {
  assert.deepEqual(read(3, (second) => (second < 3 ? 0 : -1)).known, [OWN]);
});
