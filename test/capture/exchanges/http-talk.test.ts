import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange, Talker } from '../../../src/capture/exchanges/exchange.ts';
import type { Listener } from '../../../src/capture/exchanges/http-pairing.ts';
import { HttpTalk } from '../../../src/capture/exchanges/http-talk.ts';
import type { Side } from '../../../src/capture/records/piece.ts';
import { NO_WISHES } from '../../../src/protocols/http1.ts';
import { Conversation } from '../../fixtures/conversation.ts';
import { newSeed, pick, type Random, seeded } from '../../fixtures/filter-random.ts';
import { TALKER } from '../../fixtures/talker.ts';

const END = '\r\n\r\n';
const ROUNDS = 300;

const talker: Talker = {
  ...TALKER,
  local: [0, 0, 0xffff, 1],
  remote: [0, 0, 0xffff, 2],
  localPort: 40_000,
};

interface Said {
  request: string;
  /** With the answers that come before the last one. */
  answer: string;
  interim: string;
  method: string;
  path: string;
  status: number;
}

/** Statuses that follow from the path, so that one that is put to another request shows. */
function said(random: Random, number: number): Said {
  const share = () => random(1000) / 1000;
  const method = pick(random, ['GET', 'GET', 'GET', 'POST', 'HEAD']);
  const status = pick(random, [200, 200, 204, 304, 404, 503]);
  const path = `/${number}/${status}`;
  const body = 'b'.repeat(Math.floor(share() ** 3 * 5000));
  const upload = method === 'POST' ? 'u'.repeat(Math.floor(share() ** 3 * 3000)) : '';
  const fields = `Host: a.example\r\nX: ${'x'.repeat(Math.floor(share() ** 4 * 300))}`;
  const request = `${method} ${path} HTTP/1.1\r\n${fields}${method === 'POST' ? `\r\nContent-Length: ${upload.length}` : ''}${END}${upload}`;
  const chunks =
    body.match(/.{1,700}/gs)?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`) ?? [];
  const isBare = method === 'HEAD' || status === 204 || status === 304;
  const [coding, content] =
    random(10) < 3
      ? ['Transfer-Encoding: chunked', `${chunks.join('')}0\r\n\r\n`]
      : [`Content-Length: ${body.length}`, body];
  const interim = random(10) < 1 ? `HTTP/1.1 100 Continue${END}` : '';
  const answer = `HTTP/1.1 ${status} X\r\n${coding}${END}${isBare ? '' : content}`;
  return { request, answer, interim, method, path, status };
}

/** In segments of any size, most of them large. */
function segments(random: Random, text: string): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor((random(1000) / 1000) ** 0.3 * 1460);
    cut.push(bytes.subarray(at, at + size));
    at += size;
  }
  return cut;
}

/** One connection with some requests, seen at the client or at the server. */
function follow(random: Random, lossOf: () => boolean) {
  const seen: Exchange[] = [];
  const done: Exchange[] = [];
  const listener: Listener = {
    began: (exchange) => seen.push(exchange),
    done: (exchange) => done.push(exchange),
  };
  const talk = new HttpTalk(talker, listener, NO_WISHES);
  const starts = [random(2 ** 32), random(2 ** 32)].map((start) => start | 0) as [number, number];
  const wire = new Conversation((piece) => talk.piece(piece), starts, lossOf);
  const client: Side = random(2) === 0 ? 0 : 1;
  const server: Side = client === 0 ? 1 : 0;
  const all = Array.from({ length: 1 + random(12) }, (_, number) => said(random, number));
  for (const each of all) {
    for (const segment of segments(random, each.request)) wire.segment(client, segment);
    for (const segment of segments(random, each.interim + each.answer)) wire.segment(server, segment);
  }
  wire.segment(server, Buffer.alloc(0));
  wire.segment(client, Buffer.alloc(0));
  talk.close(1e9, 'no answer');
  return { all, seen, done, lostRequests: wire.lostRequests };
}

test('every request has its answer and the sizes of both, in whatever segments they come', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < ROUNDS; round++) {
    const { all, seen, done } = follow(random, () => false);
    assert.deepEqual(
      seen.map(({ method, path, host, status, requestBytes, responseBytes, gap }) => [
        method,
        path,
        host,
        status,
        requestBytes,
        responseBytes,
        gap,
      ]),
      all.map(({ method, path, status, request, answer }) => [
        method,
        path,
        'a.example',
        status,
        request.length,
        answer.length,
        null,
      ]),
    );
    assert.equal(done.length, seen.length);
  }
});

test('what finds no room is counted, and no answer is put to another request', (t) => {
  const random = seeded(newSeed(t));
  for (const share of [0.02, 0.2, 0.6])
    for (let round = 0; round < ROUNDS; round++) {
      const { all, seen, done, lostRequests } = follow(random, () => random(1000) < 1000 * share);
      assert.equal(done.length, seen.length);
      const asked = seen.filter(({ path }) => path !== null);
      assert.ok(asked.length + lostRequests <= all.length);
      for (const { path, status } of asked)
        if (status !== null) assert.equal(status, Number(path?.split('/')[2]), `${path}`);
    }
});

/** Several requests wait for answers at once, of which some are held back; two may come in one segment. */
function followPipelined(random: Random) {
  const seen: Exchange[] = [];
  const talk = new HttpTalk(talker, { began: (exchange) => seen.push(exchange), done: () => {} }, NO_WISHES);
  const wire = new Conversation(
    (piece) => talk.piece(piece),
    [0, 0],
    undefined,
    () => random(2) === 0,
  );
  const client: Side = random(2) === 0 ? 0 : 1;
  const most = 1 + random(3);
  let [asked, answered] = [0, 0];
  const request = () => `GET /${asked++}/${400 + (asked % 7)} HTTP/1.1\r\nHost: a.example${END}`;
  const answer = () => `HTTP/1.1 ${400 + (++answered % 7)} X\r\nContent-Length: 3${END}abc`;
  while (answered < 40) {
    const room = Math.min(most - (asked - answered), 40 - asked);
    if (room > 0 && (asked === answered || random(2) === 0))
      wire.segment(client, Buffer.from(room > 1 && random(3) === 0 ? request() + request() : request()));
    else wire.segment(client === 0 ? 1 : 0, Buffer.from(answer()));
  }
  talk.close(1e9, 'no answer');
  return { seen, most, heldBack: wire.heldBack, asked };
}

test('where requests are held back, no answer is put to another one, and what waits for none is whole', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 3 * ROUNDS; round++) {
    const { seen, most, heldBack, asked } = followPipelined(random);
    for (const { path, status } of seen)
      if (status !== null) assert.equal(status, Number(path?.split('/')[2]), `${path}`);
    if (most > 1) continue;
    assert.equal(seen.length + heldBack, asked);
    for (const { status, gap, responseBytes } of seen)
      assert.deepEqual(
        [status === null, gap, responseBytes],
        [false, null, `HTTP/1.1 200 X\r\nContent-Length: 3${END}abc`.length],
      );
  }
});

test('after a change to HTTP/2 that never begins, no more than some pieces wait', () => {
  const talk = new HttpTalk(talker, { began: () => {}, done: () => {} }, NO_WISHES);
  const wire = new Conversation((piece) => talk.piece(piece));
  wire.segment(0, Buffer.from(`GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c${END}`));
  wire.segment(1, Buffer.from(`HTTP/1.1 101 X\r\nUpgrade: h2c${END}`));
  for (let count = 0; count <= 64; count++) {
    assert.equal(talk.upgrade?.pieces.length, count);
    wire.segment(count % 2 === 0 ? 1 : 0, Buffer.from('x'));
  }
  assert.equal(talk.upgrade, null);
  wire.segment(1, Buffer.from('x'));
  assert.equal(talk.upgrade, null);
});

test('a body is whole once it was read, though not all of it was known to have come', () => {
  const done: Exchange[] = [];
  const talk = new HttpTalk(talker, { began: () => {}, done: (each) => done.push(each) }, NO_WISHES);
  const wire = new Conversation((piece) => talk.piece(piece));
  const head = `HTTP/1.1 200 X\r\nContent-Length: 9000${END}`;
  const size = head.length + 9000;
  const sweep = (read: number) =>
    talk.sweep(0, () => ({
      ...{ atNs: 0, side: null, sequence: 0, acknowledged: 0, acknowledgedNs: 0 },
      ...{ next: [0, size - 700], lastNs: [0, 5], read, readNs: 7 },
    }));
  wire.segment(0, Buffer.from(`GET / HTTP/1.1${END}`));
  wire.segment(1, Buffer.from(head));
  sweep(size - 1);
  assert.equal(done.length, 0);
  sweep(size);
  assert.deepEqual(
    done.map(({ responseBytes, lastNs, gap }) => [responseBytes, lastNs, gap]),
    [[size, 5, null]],
  );
});
