import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/capture/exchanges/exchange.ts';
import { RequestBook } from '../../../src/capture/exchanges/request-book.ts';
import { NO_WISHES } from '../../../src/protocols/http1.ts';
import { Conversation } from '../../fixtures/conversation.ts';

const END = '\r\n\r\n';
const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade${END}`;

test('a connection whose socket has the address of one before it, its cookie before Linux 5.12, is one of its own', () => {
  const done: Exchange[] = [];
  const listener = { began: () => {}, joined: () => {}, done: (exchange: Exchange) => done.push(exchange) };
  const book = new RequestBook(listener, NO_WISHES);
  const answers = { '/socket': SWITCH, '/next': `HTTP/1.1 204 No Content${END}` };
  for (const [number, [path, answer]] of Object.entries(answers).entries()) {
    const wire = new Conversation((piece) => book.take({ ...piece, localPort: 40_000 + number }));
    wire.segment(0, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket${END}`));
    wire.segment(1, Buffer.from(answer));
  }
  book.interrupt();
  assert.deepEqual(
    done.map(({ path, status }) => [path, status]),
    [
      ['/socket', 101],
      ['/next', 204],
    ],
  );
});

test('an answer whose request came before nettop was told to look is one row, also when both sides end', () => {
  const done: Exchange[] = [];
  let begun = 0;
  const book = new RequestBook(
    { began: () => begun++, joined: () => {}, done: (exchange: Exchange) => done.push(exchange) },
    NO_WISHES,
  );
  const wire = new Conversation((piece) => book.take(piece));
  wire.segment(0, Buffer.from(`GET /asked HTTP/1.1\r\nHost: test${END}`));
  book.interrupt();
  wire.segment(1, Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 2${END}ok`));
  wire.segment(0, Buffer.alloc(0));
  wire.segment(1, Buffer.alloc(0));
  book.interrupt();
  assert.deepEqual(
    done.map(({ path, status, gap }) => [path, status, gap]),
    [
      ['/asked', null, 'not followed'],
      [null, 200, 'joined in the middle'],
    ],
  );
  assert.equal(begun, 2);
});
