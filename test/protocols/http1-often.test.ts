import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_WISHES, parseHttpHead } from '../../src/protocols/http1.ts';
import { parseOften } from '../../src/protocols/http1-often.ts';

const head = (path: string, more = '') =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`);

test('a head that comes again is the same object, one that differs in a byte is not', () => {
  const first = parseOften(head('/one'), NO_WISHES);
  assert.deepEqual(first, parseHttpHead(head('/one'), 0, head('/one').length, NO_WISHES));
  assert.equal(parseOften(head('/one'), NO_WISHES), first);
  const other = parseOften(head('/onf'), NO_WISHES);
  assert.ok(other?.kind === 'request' && other.target.path === '/onf');
});

test('what is wished for counts, as does what is no head', () => {
  const bytes = head('/q?a=1', 'X-Id: 7\r\n');
  const wishes = { query: true, fields: ['x-id'] };
  assert.deepEqual(parseOften(bytes, wishes)?.fields.chosen, { 'x-id': '7' });
  assert.deepEqual(parseOften(bytes, NO_WISHES)?.fields.chosen, {});
  const none = Buffer.from([0, 1, 2, 3]);
  assert.equal(parseOften(none, NO_WISHES), null);
  assert.equal(parseOften(none, NO_WISHES), null);
});

test('memory that is used again does not change what is known', () => {
  const ring = head('/aaaa');
  parseOften(ring, NO_WISHES);
  ring.write('bbbb', 5);
  const later = parseOften(ring, NO_WISHES);
  assert.ok(later?.kind === 'request' && later.target.path === '/bbbb');
  const again = parseOften(head('/aaaa'), NO_WISHES);
  assert.ok(again?.kind === 'request' && again.target.path === '/aaaa');
});
