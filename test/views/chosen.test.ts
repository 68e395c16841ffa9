import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../src/filter/parser.ts';
import { chosenBy } from '../../src/views/requests/chosen.ts';

/** Of curl[12] and nginx[7], and of processes that will come. */
function chosen(filter: string): [string, string, boolean] {
  const { of, anybody } = chosenBy(filter ? parseFilter(filter) : null);
  return [of(12, 'curl'), of(7, 'nginx'), anybody];
}

test("whose text is read: all, that of a program's files, that of one process", () => {
  assert.deepEqual(chosen(''), ['file', 'file', true]);
  assert.deepEqual(chosen('port 443'), ['file', 'file', true]);
  assert.deepEqual(chosen('process curl'), ['file', 'no', true]);
  assert.deepEqual(chosen('pid 12'), ['process', 'no', false]);
  assert.deepEqual(chosen('pid 12 and port 443'), ['process', 'no', false]);
});
