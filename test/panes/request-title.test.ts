import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestsSegments } from '../../src/panes/requests/title.ts';
import { arrange } from '../../src/text/span.ts';

const lost = { requests: 3, pieces: 0, unfollowed: 0, heldBack: 0, givenUp: 1, overtaken: 9, unread: 9 };

function title(heldBack: number, width: number): string {
  const left = [
    { priority: 0, spans: [{ text: '1 2 3' }], short: { priority: 0, spans: [{ text: '3' }] } },
    ...requestsSegments(undefined, { lost: { ...lost, heldBack } } as never),
  ];
  const spans = arrange({ left, right: [], width, separator: { text: ' ' }, fill: { text: '-' } });
  return spans.map(({ text }) => text).join('');
}

test('what was held back, and what was lost, is said in the title before other tabs are', () => {
  assert.equal(title(0, 20), '1 2 3 4 lost--------');
  assert.equal(title(150_000, 40), '1 2 3 150k over the limit 4 lost--------');
  assert.equal(title(150_000, 18), '3 150k over 4 lost');
});
