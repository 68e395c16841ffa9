import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, DnsEnd, query } from '../../fixtures/dns-end.ts';
import { newSeed, type Random, seeded } from '../../fixtures/filter-random.ts';

const QUERIES = 12;
const ROUNDS = 300;
/** Of all queries, those that are asked before the first one is answered. */
const AHEAD = 0.4;
const SENT = 0;
const RECEIVED = 1;

const framed = (message: Uint8Array): Buffer =>
  Buffer.from([message.length >> 8, message.length & 255, ...message]);
const nameOf = (index: number): string => `n${index}.example`;
const addressOf = (index: number): string => `192.0.2.${index}`;
const said = ({ told }: DnsEnd) => told.map(({ dns, gap }) => [dns?.name, dns?.answers[0] ?? null, gap]);

/** Bytes in segments of random sizes, beside those of the other side. */
function talk(end: DnsEnd, random: Random, asked: Buffer, answered: Buffer): void {
  const rest = [asked, answered];
  while (rest.some(({ length }) => length > 0)) {
    // an answer follows its query, at most three places before its own
    const left = rest.map(({ length }, index) => length / ([asked, answered][index]?.length ?? 1));
    const isAhead = (left[0] ?? 0) + AHEAD < (left[1] ?? 0);
    const side = rest[0]?.length === 0 || (isAhead && random(2) === 0) ? RECEIVED : SENT;
    const size = 1 + random(random(3) === 0 ? 3 : 120);
    end.atNs++;
    end.segment(side, rest[side]?.subarray(0, size) ?? Buffer.alloc(0));
    rest[side] = rest[side]?.subarray(size) ?? Buffer.alloc(0);
  }
}

function shuffled(random: Random): number[] {
  const order = Array.from({ length: QUERIES }, (_, index) => index);
  for (let index = 0; index < 3; index++) {
    const at = random(QUERIES - 1);
    order.splice(at, 2, order[at + 1] ?? 0, order[at] ?? 0);
  }
  return order;
}

const answerOf = (index: number): Buffer => framed(answer(index, nameOf(index), addressOf(index)));

test('messages in any segments, several in one, answers in another order: each query has its own', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < ROUNDS; round++) {
    const end = new DnsEnd();
    const order = shuffled(random);
    const numbers = Array.from({ length: QUERIES }, (_, index) => index);
    const asked = Buffer.concat(numbers.map((index) => framed(query(index, nameOf(index)))));
    talk(end, random, asked, Buffer.concat(order.map(answerOf)));
    assert.deepEqual(
      said(end),
      order.map((index) => [nameOf(index), addressOf(index), null]),
    );
  }
});

test('with pieces lost no query has the answer of another, and each that is seen says what is missing', (t) => {
  const random = seeded(newSeed(t));
  let whole = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let pieces = 0;
    const [first, every] = [random(20), 3 + random(20)];
    const end = new DnsEnd({}, () => ++pieces > first && pieces % every === 0);
    const order = shuffled(random);
    const asked = Buffer.concat(order.map((_, index) => framed(query(index, nameOf(index)))));
    talk(end, random, asked, Buffer.concat(order.map(answerOf)));
    end.segment(RECEIVED, Buffer.alloc(0));
    for (const { dns, gap } of end.told) {
      const index = Number(/^n(\d+)\.example$/.exec(dns?.name ?? '')?.[1]);
      assert.ok(index < QUERIES, dns?.name);
      if (gap === null) assert.equal(dns?.answers[0], addressOf(index));
      if (gap === null) whole++;
      assert.notEqual(gap, 'late answer');
    }
    assert.equal(new Set(end.begun.map(({ dns }) => dns?.name)).size, end.begun.length, 'each once');
  }
  assert.ok(whole > ROUNDS, `${whole} whole`);
});

test('an answer beyond what is told of a turn: its head is read, its end is known, and what follows it is too', () => {
  const end = new DnsEnd();
  const long = Buffer.concat([answer(1, 'long.example', '192.0.2.1'), Buffer.alloc(9000)]);
  const stream = Buffer.concat([framed(long), framed(answer(2, 'next.example', '192.0.2.2'))]);
  for (const [id, name] of [[1, 'long.example'] as const, [2, 'next.example'] as const])
    end.segment(SENT, framed(query(id, name)));
  for (let at = 0; at < 8000; at += 1000) end.segment(RECEIVED, stream.subarray(at, at + 1000));
  assert.deepEqual(said(end), []);
  end.segment(SENT, framed(query(3, 'more.example'))); // a turn begins within the answer
  end.segment(RECEIVED, stream.subarray(8000));
  end.segment(RECEIVED, framed(answer(3, 'more.example', '192.0.2.3')));
  assert.deepEqual(said(end), [
    ['long.example', '192.0.2.1', null],
    ['next.example', '192.0.2.2', null],
    ['more.example', '192.0.2.3', null],
  ]);
});

test('a server that ends: what it has not answered has no answer, what it began was cut short', () => {
  const end = new DnsEnd();
  for (const id of [1, 2]) end.segment(SENT, framed(query(id, nameOf(id))));
  const long = framed(Buffer.concat([answer(1, nameOf(1), '192.0.2.1'), Buffer.alloc(9000)]));
  end.segment(RECEIVED, long.subarray(0, 5000));
  end.segment(RECEIVED, Buffer.alloc(0));
  assert.deepEqual(said(end), [
    [nameOf(1), '192.0.2.1', 'cut short'],
    [nameOf(2), null, 'no answer'],
  ]);
});

test('a connection that speaks no DNS, from its beginning or after it, has no rows and costs bounded work', () => {
  const end = new DnsEnd();
  for (let index = 0; index < 100; index++) {
    end.segment(SENT, Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    end.segment(RECEIVED, Buffer.alloc(3000, index));
  }
  assert.deepEqual(end.begun, []);
});
