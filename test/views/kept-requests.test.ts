import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../src/capture/exchanges/exchange.ts';
import { RequestBook } from '../../src/capture/exchanges/request-book.ts';
import type { Piece, Side } from '../../src/capture/records/piece.ts';
import { NO_WISHES } from '../../src/protocols/http1.ts';
import { KeptRequests } from '../../src/views/requests/kept-requests.ts';
import { RequestList } from '../../src/views/requests/request-list.ts';
import { Conversation } from '../fixtures/conversation.ts';
import { exchangeLike } from '../fixtures/exchange.ts';
import { newSeed, seeded } from '../fixtures/filter-random.ts';

const END = '\r\n\r\n';
const ROWS = 16;
const ROUNDS = 20_000;
const CONNECTIONS = 6;
/** Of the last connection one end alone is seen. */
const ALONE = CONNECTIONS - 1;

/** A list of few rows and what fills it; `isSparing`: what went is used again. */
function newList(isSparing: boolean) {
  let renewed = 0;
  const list = new RequestList(
    ({ cookie }) => ({ pid: cookie, process: 'one', uid: 0, netns: 1 }),
    () => null,
    ROWS,
  );
  const spare = () => {
    const found = list.spare();
    if (found) renewed++;
    return found;
  };
  const listener = {
    began: (exchange: Exchange) => list.began(exchange),
    joined: (exchange: Exchange) => list.joined(exchange),
    done: (exchange: Exchange) => list.done(exchange),
    ...(isSparing && { spare }),
  };
  return { list, book: new RequestBook(listener, NO_WISHES), renewed: () => renewed };
}

/** All that is known of it and of its other end. */
function members(exchange: Exchange): unknown {
  const { peer, talker, ...known } = exchange;
  return {
    ...known,
    cookie: talker.cookie,
    peer: peer && { ...peer, talker: null, peer: peer.peer === exchange },
  };
}

const rowsOf = (list: RequestList): unknown[] => list.matching(() => true).map(members);

test('where what went is used again rows are as where it is not, whatever is lost, late, early, piped or alone', (t) => {
  const random = seeded(newSeed(t));
  const isOf = (percent: number) => random(100) < percent;
  const [sparing, plain] = [newList(true), newList(false)];
  const take = (piece: Piece) => {
    for (const { book } of [sparing, plain])
      book.take({ ...piece, next: [...piece.next], lastNs: [...piece.lastNs] });
  };
  const newWire = (connection: number, client: Side) =>
    new Conversation(
      (piece) => {
        const isTaken = isOf(80);
        const [sent, received] = piece.next;
        const taken = { acknowledged: sent, acknowledgedNs: piece.atNs, read: received, readNs: piece.atNs };
        const ports = client === 0 ? [40_000 + connection, 80] : [80, 40_000 + connection];
        take({
          ...piece,
          ...(isTaken && taken),
          cookie: 10 * connection + client + 1,
          localPort: ports[0] as number,
          remotePort: ports[1] as number,
          local: () => [0, 0, 0xffff, client],
          remote: () => [0, 0, 0xffff, 1 - client],
        });
      },
      client === 0 ? [5, 9] : [9, 5],
      () => isOf(1),
    );
  const wires = Array.from({ length: CONNECTIONS }, (_, connection) => [
    newWire(connection, 0),
    ...(connection === ALONE ? [] : [newWire(connection, 1)]),
  ]);
  const say = (connection: number, byClient: boolean, text: string) => {
    const ends = [...(wires[connection] ?? []).entries()];
    for (const [client, wire] of isOf(50) ? ends : ends.reverse())
      wire.segment((client === 0) === byClient ? 0 : 1, Buffer.from(text));
  };
  const unsaid = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const connection = random(CONNECTIONS);
    if (unsaid.delete(connection)) say(connection, true, 'hello');
    const length = isOf(20) ? 5 : 0;
    const asked = `POST /${round} HTTP/1.1\r\nHost: test\r\nContent-Length: ${length}${END}`;
    const answer = `HTTP/1.1 ${isOf(5) ? 404 : 200} Said\r\nContent-Length: 2${END}ok`;
    const isEarly = isOf(50);
    const isLate = length > 0 && isEarly;
    const times = !isLate && isOf(10) ? 2 : 1;
    const another = times === 2 ? `GET /${round}/next HTTP/1.1\r\nHost: test${END}` : '';
    say(connection, true, isLate ? asked : `${asked}${'hello'.slice(0, length)}${another}`);
    if (!isOf(1)) say(connection, false, answer.repeat(times));
    if (isLate && !isOf(10)) unsaid.add(connection);
    if (isOf(1)) for (const { book } of [sparing, plain]) book.interrupt();
    if (round % 50 === 0) assert.deepEqual(rowsOf(sparing.list), rowsOf(plain.list), `after ${round}`);
  }
  assert.ok(sparing.renewed() > ROUNDS / 4, `${sparing.renewed()} were used again`);
  const { counts, joinedEnds, overtaken } = plain.list;
  assert.deepEqual(
    { ...sparing.list.counts, joinedEnds: sparing.list.joinedEnds, overtaken: sparing.list.overtaken },
    { ...counts, joinedEnds, overtaken },
  );
});

/** The two ends of a connection, the client's first, which tell a book their pieces. */
function endsOf(book: RequestBook, number: number): Conversation[] {
  return [0, 1].map(
    (client) =>
      new Conversation((piece) =>
        book.take({
          ...piece,
          cookie: 2 * number + client + 1,
          localPort: client === 0 ? number : 80,
          remotePort: client === 0 ? 80 : number,
          local: () => [0, 0, 0xffff, client],
          remote: () => [0, 0, 0xffff, 1 - client],
        }),
      ),
  );
}

test('rows in their order without a list of them are those of the list', () => {
  const { list, book } = newList(true);
  for (let number = 0; number < 3 * ROWS; number++) {
    const wires = endsOf(book, number);
    const seen = number % 3 === 0 ? wires.slice(1) : wires;
    const said = Buffer.from(`GET /${number} HTTP/1.1\r\nHost: test${END}`);
    for (const wire of seen) wire.segment(wire === wires[0] ? 0 : 1, said);
    const all = list.matching(() => true);
    for (const [items, expected] of [
      [list.inOrder(false), all],
      [list.inOrder(true), all.toReversed()],
    ] as const) {
      assert.equal(items.length, all.length);
      assert.deepEqual(items.slice(0, all.length), expected);
      assert.deepEqual(items.slice(3, 7), expected.slice(3, 7));
      assert.equal(
        items.findIndex(({ number }) => number === expected[4]?.number),
        expected[4] ? 4 : -1,
      );
    }
  }
});

/** The two ends of a request that is over but for the news that it was taken. */
function overAtBothEnds(): [Exchange, Exchange] {
  const { list, book } = newList(false);
  const ends = endsOf(book, 1);
  for (const [client, wire] of ends.entries())
    wire.segment(client === 0 ? 0 : 1, Buffer.from(`GET / HTTP/1.1\r\nHost: test${END}`));
  for (const [client, wire] of ends.entries())
    wire.segment(client === 0 ? 1 : 0, Buffer.from(`HTTP/1.1 204 None${END}`));
  const [one] = list.matching(() => true);
  assert.ok(one?.peer);
  return [one, one.peer];
}

/** How many of a pair are used again when both have gone. */
function sparedOf(change: Partial<Exchange>, end: 0 | 1): number {
  const pair = overAtBothEnds().map((one) => exchangeLike(one, { waits: 0 })) as [Exchange, Exchange];
  Object.assign(pair[0], { peer: pair[1] });
  Object.assign(pair[1], { peer: pair[0] });
  Object.assign(pair[end], change);
  const kept = new KeptRequests(pair.length);
  for (const one of [...pair, ...overAtBothEnds()]) kept.add(one, true);
  let spared = 0;
  while (kept.spare()) spared++;
  return spared;
}

test('what went is used again only where nothing more can come for it, at either end', () => {
  assert.equal(sparedOf({}, 0), 2);
  const open: Partial<Exchange>[] = [
    { isDone: false },
    { gap: 'pieces lost' },
    { requestBytes: null },
    { responseBytes: null },
    { waits: 1 },
    { upgrade: 'websocket' },
    { protocol: 'http2' },
  ];
  for (const change of open)
    for (const end of [0, 1] as const) assert.equal(sparedOf(change, end), 0, JSON.stringify(change));
});
