import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chunks } from '../../src/protocols/chunks.ts';
import { newSeed, seeded } from '../fixtures/filter-random.ts';

const DATA = '0\r\n\r\n5\r\nab\r\n0\r\n\r\n0\r\n\r\n.......';
const BODY = Buffer.from(
  `5\r\nhello\r\n${DATA.length.toString(16)};ext=";\\"\r\n${DATA}\r\n0\r\nTrailer: x\r\n\r\n`,
);
const CONTENT = 5 + DATA.length;

test('a body in one range, with data that looks like its end, extensions and a trailer', () => {
  const chunks = new Chunks();
  assert.equal(chunks.bytes(Buffer.concat([BODY, Buffer.from('HTTP/1.1 200 OK')])), BODY.length);
  assert.deepEqual([chunks.state, chunks.content], ['ended', CONTENT]);
  assert.equal(chunks.bytes(Buffer.from('x')), 0);
});

test('cut at every byte', () => {
  for (let at = 0; at <= BODY.length; at++) {
    const chunks = new Chunks();
    assert.equal(chunks.bytes(BODY.subarray(0, at)), at);
    assert.equal(chunks.state, at === BODY.length ? 'ended' : 'open');
    assert.equal(chunks.bytes(BODY.subarray(at)), BODY.length - at);
    assert.deepEqual([chunks.state, chunks.content], ['ended', CONTENT]);
  }
});

test('a hole within data is passed over; one that touches what frames it makes the end unknown', () => {
  const parts = [
    [3, 8],
    [BODY.indexOf(DATA), BODY.indexOf(DATA) + DATA.length],
  ] as const;
  for (let from = 0; from < BODY.length; from++)
    for (let to = from + 1; to <= BODY.length; to++) {
      const chunks = new Chunks();
      chunks.bytes(BODY.subarray(0, from));
      chunks.hole(to - from);
      const rest = chunks.bytes(BODY.subarray(to));
      const isFine = parts.some(([begin, end]) => from >= begin && to <= end);
      assert.deepEqual([chunks.state, rest], [isFine ? 'ended' : 'lost', BODY.length - to], `${from} ${to}`);
      if (isFine) assert.equal(chunks.content, CONTENT);
    }
});

test('a chunk of a gigabyte is two ranges and a hole', () => {
  const chunks = new Chunks();
  chunks.bytes(Buffer.from('40000000\r\nabc'));
  chunks.hole(2 ** 30 - 4);
  assert.equal(chunks.bytes(Buffer.from('x\r\n0\r\n\r\n')), 8);
  assert.deepEqual([chunks.state, chunks.content], ['ended', 2 ** 30]);
});

test('faults', () => {
  const wrong = [
    'x',
    '\r\n',
    '-1\r\n',
    '5 \r\nhelloX',
    '1\r\nab',
    '0x5\r\n',
    '5\rX',
    '11111111111111\r\n',
    ';\r\n',
    '1\r\na\rb',
  ];
  for (const text of wrong) {
    const chunks = new Chunks();
    assert.equal(chunks.bytes(Buffer.from(text)), text.length, text);
    assert.equal(chunks.state, 'lost', text);
  }
  const bare = new Chunks();
  bare.bytes(Buffer.from('2\nab\n0\n\n'));
  assert.equal(bare.state, 'ended');
});

test('any bytes in any pieces come to the same', (t) => {
  const random = seeded(newSeed(t));
  const alphabet = Buffer.from('0123\r\n\r\n;ab');
  for (let times = 0; times < 3000; times++) {
    const bytes = Uint8Array.from({ length: random(40) }, () => alphabet[random(alphabet.length)] ?? 0);
    const [whole, pieces] = [new Chunks(), new Chunks()];
    let taken = 0;
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + random(5);
      const piece = bytes.subarray(at, next);
      const used = pieces.bytes(piece);
      taken += used;
      if (used < piece.length) break;
      at = next;
    }
    assert.equal(whole.bytes(bytes), taken);
    assert.deepEqual([whole.state, whole.content], [pieces.state, pieces.content]);
  }
});
