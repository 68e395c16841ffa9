import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient, type Script, startHttp } from './http-peer.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';

const END = '\r\n\r\n';
const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}${END}${body}`;
const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: test${fields}${END}`;
const post = (path: string, body: string, fields = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: ${body.length}${fields}${END}${body}`;

const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`;
const CHUNKED = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked${END}`;
const CONTINUE = `HTTP/1.1 100 Continue${END}`;
const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade${END}`;
const SMALL_CHUNKS = ['first', 'second!', 'x'.repeat(300)].map(chunk);
const LARGE_CHUNKS = Array(5).fill(chunk('y'.repeat(40_000))) as string[];
const UNTIL_CLOSE = `HTTP/1.1 200 OK\r\nConnection: close${END}`;
const HINTS = `HTTP/1.1 103 Early Hints\r\nLink: </a.css>${END}`;
/** More than is read of a head. */
const LONG = `\r\nX: ${'x'.repeat(2000)}`;
const SENT_CHUNKS = [
  `PUT /chunks HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked${END}`,
  ...SMALL_CHUNKS.slice(0, 2),
  `${chunk('u'.repeat(5000))}0\r\n\r\n`,
];
const SLOW = get('/slow', `\r\nX: ${'y'.repeat(50)}`);
const LONG_POST = post('/long', 'u'.repeat(900), LONG);
const NOT_MODIFIED = `HTTP/1.1 304 Not Modified\r\nContent-Length: 999${END}`;

/** Segments are apart in time, so that each is a packet of its own. */
async function apart(say: (text: string) => void, segments: readonly string[]): Promise<void> {
  for (const segment of segments) {
    say(segment);
    await sleep(5);
  }
}

const script: Script = {
  '/ready': (say) => say(ok('yes')),
  '/one': (say) => say(ok('1')),
  '/two': (say) => say(ok('22')),
  '/split': (say) => apart(say, ['HTT', 'P/1.1 200 OK\r\nContent-Le', `ngth: 4${END}four`]),
  '/chunked': (say) => apart(say, [CHUNKED, ...SMALL_CHUNKS, '0\r\n\r\n']),
  '/chunked-large': (say) => apart(say, [CHUNKED, ...LARGE_CHUNKS, '0\r\n\r\n']),
  '/head': (say) => say(`HTTP/1.1 200 OK\r\nContent-Length: 5000${END}`),
  '/204': (say) => say(`HTTP/1.1 204 No Content${END}`),
  '/304': (say) => say(NOT_MODIFIED),
  '/hints': (say) => apart(say, [HINTS, ok('hinted')]),
  '/continue': (say) => say(ok('done')),
  '/upload': (say) => say(ok('done')),
  '/large': (say) => say(ok('b'.repeat(1_000_000))),
  '/chunks': (say) => say(ok('done')),
  '/slow': (say) => say(ok('slow')),
  '/long': (say) => say(`HTTP/1.1 200 OK\r\nContent-Length: 4${LONG}${END}long`),
  '/500': (say) => say(`HTTP/1.1 500 Oops\r\nContent-Length: 0${END}`),
  '/socket': (say) => say(SWITCH),
  '/until-close': async (say) => {
    say(UNTIL_CLOSE);
    await sleep(5);
    say.last('z'.repeat(5000));
  },
  '/reset': (say) => say.reset(),
};

/** method, path, status, bytes of the request, bytes of the answer, what is not known. */
type Expected = [string, string, number | null, number | null, number | null, string | null];

interface Talk {
  segments: readonly string[];
  /** Bytes to wait for. */
  bytes: number;
  expected: readonly Expected[];
}

const talk = (segments: readonly string[], answer: string, ...expected: Expected[]): Talk => ({
  segments,
  bytes: answer.length,
  expected,
});

/** One request with the whole answer. */
const simple = (request: string, answer: string, bytes = answer.length): Talk => {
  const [method = '', path = ''] = request.split(' ');
  const status = Number(/(\d{3}) /.exec(answer)?.[1]);
  return talk([request], answer, [method, path, status, request.length, bytes, null]);
};

/** On one connection that is kept. */
const KEPT: readonly Talk[] = [
  talk([LONG_POST], `HTTP/1.1 200 OK\r\nContent-Length: 4${LONG}${END}long`, [
    'POST',
    '/long',
    200,
    LONG_POST.length,
    `HTTP/1.1 200 OK\r\nContent-Length: 4${LONG}${END}long`.length,
    'head cut',
  ]),
  simple(get('/one'), ok('1')),
  simple(get('/two'), ok('22')),
  talk(
    [get('/one') + get('/two') + get('/one')],
    ok('1') + ok('22') + ok('1'),
    ['GET', '/one', 200, get('/one').length, ok('1').length, null],
    ['GET', '/two', 200, get('/two').length, ok('22').length, null],
    ['GET', '/one', 200, get('/one').length, ok('1').length, null],
  ),
  talk(['GE', 'T /split HTTP/1.1\r\nHo', `st: test${END}`], ok('four'), [
    'GET',
    '/split',
    200,
    get('/split').length,
    ok('four').length,
    null,
  ]),
  simple(get('/chunked'), [CHUNKED, ...SMALL_CHUNKS, '0\r\n\r\n'].join('')),
  simple(get('/chunked-large'), [CHUNKED, ...LARGE_CHUNKS, '0\r\n\r\n'].join('')),
  simple(`HEAD /head HTTP/1.1\r\nHost: test${END}`, `HTTP/1.1 200 OK\r\nContent-Length: 5000${END}`),
  simple(get('/204'), `HTTP/1.1 204 No Content${END}`),
  simple(get('/304'), NOT_MODIFIED),
  talk([get('/hints')], HINTS + ok('hinted'), [
    'GET',
    '/hints',
    200,
    get('/hints').length,
    ok('hinted').length,
    null,
  ]),
  talk([post('/continue', 'q'.repeat(3000), '\r\nExpect: 100-continue')], CONTINUE + ok('done'), [
    'POST',
    '/continue',
    200,
    post('/continue', 'q'.repeat(3000), '\r\nExpect: 100-continue').length,
    ok('done').length,
    null,
  ]),
  talk(SENT_CHUNKS, CONTINUE + ok('done'), [
    'PUT',
    '/chunks',
    200,
    SENT_CHUNKS.join('').length,
    ok('done').length,
    null,
  ]),
  talk([...SLOW], ok('slow'), ['GET', '/slow', 200, SLOW.length, ok('slow').length, null]),
  simple(post('/upload', 'u'.repeat(10_000_000)), ok('done')),
  simple(get('/one'), ok('1')),
  simple(get('/large'), ok('b'.repeat(1_000_000))),
  simple(get('/500'), `HTTP/1.1 500 Oops\r\nContent-Length: 0${END}`),
  simple(get('/two'), ok('22')),
];

/** Each on a connection of its own. */
const ALONE: readonly Talk[] = [
  simple(`LOCK /two HTTP/1.1\r\nHost: test${END}`, ok('22')),
  simple(get('/socket', '\r\nUpgrade: websocket\r\nConnection: Upgrade'), SWITCH),
  simple(get('/until-close'), UNTIL_CLOSE + 'z'.repeat(5000)),
  talk([get('/reset')], ' ', ['GET', '/reset', null, get('/reset').length, null, 'reset']),
];

const told = ({ method, path, status, requestBytes, responseBytes, incomplete }: RequestLine): Expected => [
  method ?? '?',
  path ?? '?',
  status,
  requestBytes,
  responseBytes,
  incomplete,
];

/** Until nettop tells of requests: from then on it tells of all. */
async function untilSeen(t: TestContext, nettop: Nettop, host: string, port: number): Promise<void> {
  const client = await HttpClient.dial(t, host, port);
  await nettop.until('the first request', async () => {
    await client.ask([get('/ready')], ok('yes').length);
    return nettop.requests.length > 0;
  });
}

for (const host of ['127.0.0.1', '::1'])
  test(
    `every request and answer at both ends, with its sizes to the byte, over ${host}`,
    live(async (t) => {
      const port = await startHttp(t, host, script);
      const early = await HttpClient.dial(t, host, port); // older than nettop
      const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
      await untilSeen(t, nettop, host, port);
      for (const { segments, bytes } of KEPT) await early.ask(segments, bytes);
      for (const { segments, bytes } of ALONE) {
        const client = await HttpClient.dial(t, host, port);
        await client.ask(segments, bytes);
        await client.end();
      }
      const expected = [...KEPT, ...ALONE].flatMap((each) => each.expected);
      const lines = (side: string) =>
        nettop.requests.filter(
          (line) =>
            line.side === side && line.path !== '/ready' && line.incomplete !== 'joined in the middle',
        );
      const areAll = () =>
        nettop.requests.length > 0 &&
        lines('client').length >= expected.length &&
        lines('server').length >= expected.length;
      await nettop.until('all requests', areAll).catch(() => {}); // which are missing is told below
      await nettop.end();
      for (const side of ['client', 'server']) {
        assert.deepEqual(lines(side).map(told), expected, side);
        for (const line of lines(side)) {
          const { path, pid, peerPid, host: asked, status } = line;
          const { firstByteMicroseconds, totalMicroseconds } = line;
          assert.deepEqual([pid, peerPid, asked], [process.pid, process.pid, 'test'], `${side} ${path}`);
          if (status !== null) assert.ok((firstByteMicroseconds ?? 0) <= (totalMicroseconds ?? -1));
        }
      }
      assert.ok((nettop.requestTotals?.bothEnds ?? 0) >= expected.length);
      assert.deepEqual(nettop.requestTotals?.lost, {
        requests: 0,
        pieces: 0,
        unfollowed: 0,
        heldBack: 0,
        givenUp: 0,
        overtaken: 0,
        unread: 0,
      });
    }),
  );
