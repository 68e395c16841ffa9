import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SPEECH } from '../../../src/abi/request.ts';
import type { Exchange } from '../../../src/capture/exchanges/exchange.ts';
import { Http2Talk } from '../../../src/capture/exchanges/http2-talk.ts';
import { talkerOf } from '../../../src/capture/exchanges/talker.ts';
import type { Piece, Side } from '../../../src/capture/records/piece.ts';
import { NO_WISHES } from '../../../src/protocols/http1.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';
import { frame, http2Wire } from '../../protocols/http2-wire.ts';

const COUNT = 20;
/** The kernel knows a connection by its first bytes together. */
const PREFACE = 24;
const STATUSES = [200, 201, 404, 418, 503];
const statusOf = (number: number): number => STATUSES[number % STATUSES.length] ?? 0;
let wire: { client: Buffer; server: Buffer };

before(async () => {
  wire = await http2Wire(
    Array.from({ length: COUNT }, (_, number) => ({
      request: { ':method': 'POST', ':path': `/asked/${number}`, 'x-own': `${number % 3}` },
      body: 'b'.repeat(number * 50),
      answer: (stream) => {
        stream.resume();
        stream.respond({ ':status': statusOf(number), etag: `${number % 4}` }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${number % 17}` }));
        stream.end('a'.repeat(number * 70));
      },
    })),
  );
});

/** What is told of both directions, of which the second one comes last, in segments; `isLost`: of a segment nothing comes. */
function follow(size: () => number, isLost: () => boolean, skipped = 0): Exchange[] {
  const done: Exchange[] = [];
  const next: [number, number] = [2 ** 31 - 500, -300];
  const pieces: Piece[] = [];
  for (const side of [0, 1] as Side[]) {
    const bytes = side === 0 ? wire.client : wire.server;
    for (let at = side === 0 ? skipped : 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + size() + (at === 0 ? PREFACE : 0));
      if (!isLost()) pieces.push(pieceOf(side, part, next, pieces.length));
      next[side] = (next[side] + part.length) | 0;
      at += part.length;
    }
  }
  const [first] = pieces;
  if (!first) return done;
  const listener = { began: () => {}, done: (exchange: Exchange) => void done.push(exchange) };
  const talk = new Http2Talk(talkerOf(first), listener, NO_WISHES);
  for (const piece of pieces) talk.piece(piece);
  talk.close(1e9, 'no answer');
  return done;
}

const pieceOf = (side: Side, bytes: Uint8Array, next: [number, number], number: number): Piece => ({
  ...{ atNs: number, cookie: 1, lastNs: [0, 0], connectingNs: 0, connectedNs: 0, read: 0, readNs: 0 },
  ...{ acknowledged: 0, acknowledgedNs: 0, sequence: next[side], turn: next[side], length: bytes.length },
  ...{
    next: [...next],
    localPort: 40_000,
    remotePort: 80,
    number,
    side,
    speech: SPEECH.http2,
    flags: 0,
    span: null,
  },
  ...{ protocol: 6, bytes, local: () => [0, 0, 0xffff, 1], remote: () => [0, 0, 0xffff, 2] },
});

const numberOf = ({ path }: Exchange): number => Number(path?.split('/')[2]);

test('all streams of a connection, in segments of any size, with sequence numbers that begin anew', (t) => {
  const random = seeded(newSeed(t));
  for (const most of [1e9, 1, 20, 2000]) {
    const done = follow(
      () => 1 + random(most),
      () => false,
    );
    assert.deepEqual(
      done.map((one) => [one.path, one.method, one.host, one.status, one.grpcStatus, one.gap]),
      done.map((_, n) => [`/asked/${n}`, 'POST', 'test.example:80', statusOf(n), n % 17, null]),
    );
    assert.equal(done.length, COUNT);
    for (const one of done) assert.ok((one.responseBytes ?? 0) > numberOf(one) * 70 + 18);
  }
});

test('whatever is missing, what is told is right, and what is not known says so', (t) => {
  const random = seeded(newSeed(t));
  let known = 0;
  for (let round = 0; round < 300; round++) {
    const skipped = random(2) === 0 ? 0 : random(wire.client.length);
    for (const one of follow(
      () => 1 + random(300),
      () => random(12) === 0,
      skipped,
    )) {
      const { path, method, host, status, gap, requestBytes, responseBytes } = one;
      if (path !== null) assert.match(path, /^\/asked\/1?\d$/);
      if (path !== null && status !== null) assert.equal(status, statusOf(numberOf(one)));
      if (path !== null && one.grpcStatus !== null) assert.equal(one.grpcStatus, numberOf(one) % 17);
      assert.ok(host === null || host === 'test.example:80');
      assert.ok(method === null || method === 'POST');
      if (gap !== null) continue;
      assert.ok(path !== null && status !== null, 'all is known');
      known++;
      const number = numberOf(one);
      if (requestBytes !== null)
        assert.ok(requestBytes >= number * 50 + 9 && requestBytes < number * 50 + 200);
      if (responseBytes !== null) assert.ok(responseBytes >= number * 70 + 27);
    }
  }
  assert.ok(known > 300, `${known} are known whole`);
});

/** One connection, frame by frame. */
class Frames {
  readonly done: Exchange[] = [];
  readonly next: [number, number] = [0, 0];
  private number = 0;
  private readonly talk: Http2Talk;

  constructor() {
    const listener = { began: () => {}, done: (exchange: Exchange) => void this.done.push(exchange) };
    this.talk = new Http2Talk(talkerOf(pieceOf(0, PREFACE_BYTES, this.next, 0)), listener, NO_WISHES);
    this.say(0, PREFACE_BYTES);
  }

  say(side: Side, bytes: Uint8Array, more: Partial<Piece> = {}): void {
    this.talk.piece({ ...pieceOf(side, bytes, this.next, this.number++), ...more });
    this.next[side] += bytes.length;
  }

  ask(stream: number, more: Partial<Piece> = {}): void {
    const path = Buffer.from(`/${stream}`);
    const block = [0x82, 0x86, 0x04, path.length, ...path, 0x01, 1, 0x61];
    this.say(0, frame(1, 5, stream, block), more);
  }

  answer(stream: number, flags = 5): void {
    this.say(1, frame(1, flags, stream, [0x88]));
  }

  close(): string[] {
    this.talk.close(1e9, 'no answer');
    return this.done.map(({ path, status, gap }) => `${path} ${status} ${gap}`);
  }
}

const PREFACE_BYTES = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

test('where pieces of answers were lost, it is not said that there was none', () => {
  const frames = new Frames();
  for (const stream of [1, 3, 5]) frames.ask(stream);
  frames.answer(1);
  frames.answer(5, 4);
  frames.next[1] += 40;
  frames.ask(7);
  frames.ask(9);
  frames.answer(9);
  frames.ask(11);
  assert.deepEqual(frames.close(), [
    '/1 200 null',
    '/9 200 null',
    '/3 null pieces lost',
    '/5 200 pieces lost',
    '/7 null pieces lost',
    '/11 null no answer',
  ]);
  const silent = new Frames();
  silent.ask(1);
  silent.answer(1);
  silent.next[1] += 40;
  silent.ask(3);
  silent.ask(5);
  assert.deepEqual(silent.close(), ['/1 200 null', '/3 null pieces lost', '/5 null pieces lost']);
});

test('of too many streams the oldest is given up once, as what it is', () => {
  const frames = new Frames();
  for (let n = 0; n < 1000; n++) frames.ask(2 * n + 1);
  frames.answer(1, 4);
  for (let n = 1000; n < 1002; n++) frames.ask(2 * n + 1);
  for (const stream of [1, 3, 5]) frames.answer(stream);
  const told = frames.done.map(({ path, status, gap }) => `${path} ${status} ${gap}`);
  assert.deepEqual(told, ['/1 200 not followed', '/3 null no answer', '/5 200 null']);
});

test('when the connection was made is told of its first request alone, though several pieces say it', () => {
  const frames = new Frames();
  const made = { connectingNs: 1, connectedNs: 2 };
  for (const stream of [1, 3, 5]) frames.ask(stream, made);
  frames.close();
  assert.deepEqual(
    frames.done.map(({ opening }) => opening?.connectedNs ?? null),
    [2, null, null],
  );
});
