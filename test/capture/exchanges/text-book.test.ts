import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/capture/exchanges/exchange.ts';
import { TextBook } from '../../../src/capture/exchanges/text-book.ts';
import type { TextPiece } from '../../../src/capture/records/text-piece.ts';
import { NO_WISHES } from '../../../src/protocols/http1.ts';
import { Conversation } from '../../fixtures/conversation.ts';

const ASKED = Buffer.from('GET /users HTTP/1.1\r\nHost: a.example\r\n\r\n');
const ANSWERED = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');

/** A book, and a session of which the first `unplaced` pieces have no socket. */
function session(unplaced: number, change: Partial<TextPiece> = {}) {
  const done: Exchange[] = [];
  const book = new TextBook({ began: () => {}, done: (exchange) => done.push(exchange) }, NO_WISHES);
  let told = 0;
  const talk = new Conversation((piece) => {
    const cookie = told++ < unplaced ? 0 : 7;
    book.take({ ...piece, session: 'one', pid: 1, cookie, ...change });
  });
  return { book, done, talk };
}

test('a request within TLS has the socket that is known later, and no stages: its numbers are not those of the connection', () => {
  const { done, talk, book } = session(1);
  talk.segment(0, ASKED);
  talk.segment(1, ANSWERED);
  talk.segment(0, ASKED);
  book.sweep(1e9, () => true);
  const [first] = done;
  assert.deepEqual(
    {
      ...first,
      talker: first?.talker.cookie,
      requestEndedNs: first?.requestEndedNs,
      requestTakenNs: first?.requestTakenNs,
      answerTakenNs: first?.answerTakenNs,
    },
    {
      ...first,
      talker: 7,
      path: '/users',
      host: 'a.example',
      status: 200,
      requestBytes: ASKED.length,
      responseBytes: ANSWERED.length,
      gap: null,
      opening: null,
      requestEndedNs: null,
      requestTakenNs: null,
      answerTakenNs: null,
      isUntaken: false,
    },
  );
});

test('a session without a socket is counted, and not told', () => {
  const { done, talk, book } = session(99);
  talk.segment(0, ASKED);
  talk.segment(1, ANSWERED);
  book.sweep(60e9, () => true);
  assert.deepEqual([done.length, book.unplaced], [0, 1]);
});

test('text that waits for its socket has a bound over all sessions: the one beyond it is not told, the others are', () => {
  const done: Exchange[] = [];
  const book = new TextBook({ began: () => {}, done: (exchange) => done.push(exchange) }, NO_WISHES);
  const bytes = Buffer.concat([ASKED, Buffer.alloc(200_000)]);
  const most = Math.floor(67_108_864 / (bytes.length + 500)); // of a session's 262,144 bytes
  let cookie = 0;
  const conversation = (name: string) =>
    new Conversation((piece) => book.take({ ...piece, session: name, pid: 1, cookie, bytes }));
  const talks = Array.from({ length: most }, (_, at) => conversation(`${at}`));
  for (const talk of talks) talk.segment(0, ASKED);
  assert.equal(book.unplaced, 0);
  const beyond = conversation('beyond');
  beyond.segment(0, ASKED);
  assert.equal(book.unplaced, 1);
  cookie = 7;
  beyond.segment(0, ASKED);
  book.interrupt();
  assert.deepEqual([done.length, book.unplaced], [0, most + 1]);
  cookie = 0;
  for (const talk of talks) talk.segment(0, ASKED); // what was let go of is room again
  assert.equal(book.unplaced, most + 1);
});
