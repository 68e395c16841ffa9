import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/capture/exchanges/exchange.ts';
import { HttpTalk } from '../../../src/capture/exchanges/http-talk.ts';
import type { Side } from '../../../src/capture/records/piece.ts';
import { NO_WISHES } from '../../../src/protocols/http1.ts';
import { Conversation } from '../../fixtures/conversation.ts';
import { newSeed, type Random, seeded } from '../../fixtures/filter-random.ts';
import { TALKER } from '../../fixtures/talker.ts';

const END = '\r\n\r\n';
const CHUNKED = 'Transfer-Encoding: chunked';
const ROUNDS = 500;
/** More than is told of a turn. */
const LONG = 'x'.repeat(700);

/** Who says what in turn: `>` the client, `<` the server, `<|` with its end; an end without a text. */
type Step = ['>' | '<' | '<|', string?];
/** Path, status, bytes of the request and of the answer, what is not known. */
type Told = [string | null, number | null, number | null, number | null, string | null];

/** What is told of a conversation, at each of its ends. */
function follow(steps: readonly Step[], client: Side): Exchange[] {
  const seen: Exchange[] = [];
  const talk = new HttpTalk(TALKER, { began: (exchange) => seen.push(exchange), done: () => {} }, NO_WISHES);
  const wire = new Conversation((piece) => talk.piece(piece));
  for (const [who, text = ''] of steps)
    wire.segment(
      who === '>' ? client : client === 0 ? 1 : 0,
      Buffer.from(text, 'latin1'),
      who === '<|' || text === '',
    );
  talk.close(1e9, 'no answer');
  return seen;
}

const told = ({ path, status, requestBytes, responseBytes, gap }: Exchange): Told => [
  path,
  status,
  requestBytes,
  responseBytes,
  gap,
];

function assertTold(steps: readonly Step[], expected: readonly Told[]): void {
  for (const client of [0, 1] as const) assert.deepEqual(follow(steps, client).map(told), expected);
}

const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.example${fields}${END}`;
const ok = (body: string, fields = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}${fields}${END}${body}`;
const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`;
const LAST = chunk('');
const each = (path: string, request: string, answer: string, gap: string | null = null): Told => [
  path,
  200,
  request.length,
  answer.length,
  gap,
];

test('a body in chunks ends with its last one, whoever speaks meanwhile', () => {
  const head = `PUT /up HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\n${CHUNKED}${END}`;
  const body = chunk('hello') + chunk('w'.repeat(100)) + LAST;
  assertTold(
    [
      ['>', head],
      ['<', `HTTP/1.1 100 Continue${END}`],
      ['>', body],
      ['<', ok('done')],
    ],
    [each('/up', head + body, ok('done'))],
  );
  const [post, answer] = [`POST /both HTTP/1.1\r\n${CHUNKED}${END}`, `HTTP/1.1 200 OK\r\n${CHUNKED}${END}`];
  const rounds = ['a', 'b', 'c'].flatMap((text): Step[] => [
    ['>', chunk(text)],
    ['<', chunk(text + text)],
  ]);
  const said = (who: string): string => rounds.map(([from, text]) => (from === who ? text : '')).join('');
  assertTold(
    [['>', post], ['<', answer], ...rounds, ['>', LAST], ['<', LAST], ['>', get('/next')], ['<', ok('x')]],
    [each('/both', post + said('>') + LAST, answer + said('<') + LAST), each('/next', get('/next'), ok('x'))],
  );
  const [first, rest] = [answer + chunk('one'), chunk('two') + LAST];
  assertTold(
    [
      ['>', get('/1')],
      ['<', first],
      ['>', get('/2')],
      ['<', rest + ok('x')],
    ],
    [each('/1', get('/1'), first + rest), each('/2', get('/2'), ok('x'))],
  );
});

test('an answer that ends with the connection goes on, though the client speaks meanwhile', () => {
  const head = `HTTP/1.1 200 OK\r\nConnection: close${END}`;
  assertTold(
    [['>', get('/all')], ['<', `${head}abc`], ['>', get('/never')], ['<', 'defghi'], ['<']],
    [
      each('/all', get('/all'), `${head}abcdefghi`),
      ['/never', null, get('/never').length, null, 'no answer'],
    ],
  );
  const endless = `HTTP/1.1 200 OK\r\nServer: old${END}`; // from a server that means no body by it
  assertTold(
    [
      ['>', get('/1')],
      ['<', endless],
      ['>', get('/2')],
      ['<', ok('x')],
    ],
    [each('/1', get('/1'), endless), each('/2', get('/2'), ok('x'))],
  );
});

test('a body that the server did not want is not there, where another request stands in its place', () => {
  const asked = `POST /large HTTP/1.1\r\nContent-Length: 4000\r\nExpect: 100-continue${END}`;
  const refused = `HTTP/1.1 417 No\r\nContent-Length: 0${END}`;
  const again = `POST /small HTTP/1.1\r\nContent-Length: 10${END}0123456789`;
  assertTold(
    [
      ['>', asked],
      ['<', refused],
      ['>', again],
      ['<', ok('x')],
    ],
    [['/large', 417, asked.length, refused.length, null], each('/small', again, ok('x'))],
  );
  const sent = `GET / HTTP/1.1${END}`.padEnd(4000, '.'); // a body that looks like one
  assertTold(
    [
      ['>', asked],
      ['<', `HTTP/1.1 100 Continue${END}`],
      ['>', sent],
      ['<', ok('x')],
    ],
    [each('/large', asked + sent, ok('x'))],
  );
});

test('where a head is cut no length counts from where it is cut', () => {
  const post = `POST /long HTTP/1.1\r\nContent-Length: 900\r\nCookie: ${LONG}${END}`;
  const [body, answer] = ['u'.repeat(900), ok('z'.repeat(2000), `\r\nSet-Cookie: ${LONG}`)];
  const next: Step[] = [
    ['>', get('/next')],
    ['<', ok('x')],
  ];
  const plain = each('/next', get('/next'), ok('x'));
  assertTold(
    [['>', post], ['>', body], ['<', answer], ...next],
    [each('/long', post + body, answer, 'head cut'), plain],
  );
  const continued = post.replace('POST', 'PUT').replace('Cookie', 'Expect: 100-continue\r\nCookie');
  assertTold(
    [['>', continued], ['<', `HTTP/1.1 100 Continue${END}`], ['>', body], ['<', ok('y')], ...next],
    [each('/long', continued + body, ok('y'), 'head cut'), plain],
  );
  const head = get('/head').replace('GET', 'HEAD');
  const bare = ok('', `\r\nSet-Cookie: ${LONG}`);
  assertTold([['>', head], ['<', bare], ...next], [each('/head', head, bare, 'head cut'), plain]);
  const hints = `HTTP/1.1 103 Early Hints\r\nLink: ${LONG}${END}`;
  assertTold(
    [['>', get('/hints')], ['<', hints + ok('hidden')], ...next],
    [['/hints', null, get('/hints').length, null, 'head cut'], plain],
  );
  assertTold(
    [['>', get('/hints')], ['<', hints], ['<', ok('seen')], ...next],
    [each('/hints', get('/hints'), ok('seen')), plain],
  );
});

test('a head that comes byte by byte is one', () => {
  const request = get('/bytes', `\r\nX: ${'y'.repeat(200)}`);
  const bytes = (who: '>' | '<', text: string) => [...text].map((byte): Step => [who, byte]);
  assertTold(
    [['>', get('/1')], ['<', ok('x')], ...bytes('>', request), ...bytes('<', ok('slow'))],
    [each('/1', get('/1'), ok('x')), each('/bytes', request, ok('slow'))],
  );
});

/** Requests with answers of which statuses follow from the path, several at once, heads longer than is told of a turn. */
function followPiped(random: Random, isLost: () => boolean, isHeld: () => boolean): Exchange[] {
  const seen: Exchange[] = [];
  const done: Exchange[] = [];
  const listener = { began: (one: Exchange) => seen.push(one), done: (one: Exchange) => done.push(one) };
  const talk = new HttpTalk(TALKER, listener, NO_WISHES);
  let [asked, answered] = [0, 0];
  const isPiped = () => asked > 2; // until then nothing says that it is
  const wire = new Conversation(
    (piece) => talk.piece(piece),
    [0, 0],
    () => isPiped() && isLost(),
    () => isPiped() && isHeld(),
  );
  const client: Side = random(2) === 0 ? 0 : 1;
  const most = 2 + random(12);
  const status = (number: number) => 400 + (number % 7);
  const fields = () => (random(4) === 0 ? `\r\nX: ${'x'.repeat(random(700))}` : '');
  // of others behind a long head nothing is seen
  const request = (index: number) => get(`/${asked}/${status(asked++)}`, index > 0 ? fields() : '');
  const answer = () => `HTTP/1.1 ${status(answered++)} X\r\nContent-Length: 3${fields()}${END}abc`;
  const say = (side: Side, count: number, message: (index: number) => string) =>
    wire.segment(side, Buffer.from(Array.from({ length: count }, (_, index) => message(index)).join('')));
  say(client, 2, request);
  while (answered < 60) {
    const room = Math.min(most - (asked - answered), 60 - asked);
    if (room > 0 && (asked === answered || random(2) === 0)) say(client, 1 + random(room), request);
    else say(client === 0 ? 1 : 0, 1 + random(asked - answered), answer);
  }
  talk.close(1e9, 'no answer');
  assert.equal(done.length, seen.length);
  return seen;
}

test('where several requests wait, and some are not seen or lost, no answer is put to another one', (t) => {
  const random = seeded(newSeed(t));
  const never = () => false;
  const often = (share: number) => () => random(100) < share;
  const cases = [
    [never, never],
    [often(5), never],
    [often(30), never],
    [never, often(30)],
  ] as const;
  for (const [isLost, isHeld] of cases) {
    let paired = 0;
    for (let round = 0; round < ROUNDS; round++)
      for (const { path, status } of followPiped(random, isLost, isHeld)) {
        const [, due] = /^\/\d+\/(\d{3})$/.exec(path ?? '') ?? []; // of one that is cut it is not known
        if (due === undefined || status === null) continue;
        assert.equal(status, Number(due), `${path}`);
        paired++;
      }
    assert.ok(paired > ROUNDS, `${paired} answers`);
  }
});

test('an answer ends with its connection, in the segment of its last byte or behind it', () => {
  const head = `HTTP/1.0 200 OK${END}`;
  for (const [body, whole] of [
    ['', head + LONG],
    [LONG, head + LONG + LONG],
  ] as const)
    for (const ends of [[['<|', LONG]], [['<', LONG], ['<']]] as const) {
      const said: Step[] = [['>', get('/a')], ['<', head], ...(body === '' ? [] : [['<', body] as Step])];
      assertTold([...said, ...ends.map((step) => [...step] as Step), ['>']], [each('/a', get('/a'), whole)]);
    }
});
