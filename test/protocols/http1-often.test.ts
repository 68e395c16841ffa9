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

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n';

test('a head that comes again is parsed once, whatever body follows', () => {
  const first = parseOften(Buffer.from(`${ANSWER}body-one`), NO_WISHES);
  assert.equal(first?.end, ANSWER.length);
  for (const body of ['', 'b', 'body-two2', 'x'.repeat(100)])
    assert.equal(parseOften(Buffer.from(ANSWER + body), NO_WISHES), first);
});

test('a head is what it is by itself, however much of it or of another one came before', () => {
  const heads = [
    ANSWER,
    'GET /one HTTP/1.1\r\nHost: a.example\r\n\r\n',
    'GET /two HTTP/1.1\r\nHost: a.example\r\n\r\n',
    'GET /one HTTP/1.1\r\nHost: b.example\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n',
  ];
  const others = ['', 'no head at all', '\r\n\r\n', 'x'.repeat(600)];
  const texts = heads.flatMap((head) => [
    ...Array.from({ length: head.length }, (_, end) => head.slice(0, end)),
    head,
    `${head}abc`,
    `${head}${ANSWER}`,
  ]);
  for (const text of [...texts, ...others, ...texts.reverse(), ...texts]) {
    const bytes = Buffer.from(text);
    assert.deepEqual(parseOften(bytes, NO_WISHES), parseHttpHead(bytes, 0, bytes.length, NO_WISHES), text);
  }
});
