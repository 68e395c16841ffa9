import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange, type Talker } from '../../src/capture/exchanges/exchange.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { TERMS } from '../../src/filter/terms.ts';
import { unjudged } from '../../src/filter/unjudged.ts';
import { RequestSubject } from '../../src/views/requests/request-subject.ts';
import { exchangeLike } from '../fixtures/exchange.ts';
import { TALKER } from '../fixtures/talker.ts';

const TCP: Talker = {
  ...TALKER,
  cookie: 0,
  remote: [0, 0, 0xffff, 0x0a00_0001],
  remotePort: 8080,
};

const http = (known: Partial<Exchange>): Exchange =>
  exchangeLike(new Exchange('http', TCP, true, 1e9, null), known);
const dns = (known: Partial<Exchange>, rcode: string | null): Exchange =>
  exchangeLike(new Exchange('dns', { ...TCP, transport: 'udp', remotePort: 53 }, true, 1e9, null), {
    dns: { name: 'www.Example.com', type: 'AAAA', rcode, answers: [], isTruncated: false },
    method: 'AAAA',
    ...known,
  });

const ANSWERED = http({
  owner: { pid: 12, process: 'curl', uid: 0, netns: 7 },
  method: 'GET',
  host: 'www.example.com:8080',
  path: '/API/v1?q',
  status: 502,
  firstNs: 1e9 + 100_000_001,
  lastNs: 2e9,
  isDone: true,
});
const UNDER_WAY = http({ method: 'POST', host: null, path: '/slow', gap: null });
const UNANSWERED = exchangeLike(UNDER_WAY, { isDone: true, gap: 'no answer' as const });
const JOINED = http({ gap: 'joined in the middle', status: 200, isDone: true });
const RESOLVED = dns({ firstNs: 1e9 + 5000, isDone: true }, 'NXDOMAIN');
const ASKING = dns({}, null);

const judge = (text: string, exchange: Exchange): boolean | null =>
  evaluate(parseFilter(text) ?? assert.fail(text), new RequestSubject().of(exchange));

test('terms of requests are held against what is known of them', () => {
  const cases: [text: string, exchange: Exchange, judged: boolean][] = [
    ['http', ANSWERED, true],
    ['dns', ANSWERED, false],
    ['dns port 53 and udp', RESOLVED, true],
    ['http port 8080 or 80', ANSWERED, true],
    ['method get', ANSWERED, true],
    ['method POST or PUT', ANSWERED, false],
    ['method A*', RESOLVED, true],
    ['url "/api/"', ANSWERED, true],
    ['url example.com:8080/api', ANSWERED, true],
    ['url /v2', ANSWERED, false],
    ['url /', RESOLVED, false],
    ['name *.example.com', ANSWERED, true],
    ['name *.example.com', RESOLVED, true],
    ['name example.com', ANSWERED, false],
    ['status >= 500 and url /api/', ANSWERED, true],
    ['status 404', ANSWERED, false],
    ['status < 999', RESOLVED, false],
    ['rcode nxdomain', RESOLVED, true],
    ['rcode *', ANSWERED, false],
    ['latency > 100ms', ANSWERED, true],
    ['latency > 100000001ns', ANSWERED, false],
    ['latency <= 5µs', RESOLVED, true],
    ['latency < 5us', RESOLVED, false],
    ['host 10.0.0.1 and pid 12 and process curl and netns 7', ANSWERED, true],
  ];
  assert.deepEqual(
    cases.map(([text, exchange]) => [text, exchange, judge(text, exchange)]),
    cases,
  );
});

test('what is not known yet is unknown; what never came is absent', () => {
  const cases: [text: string, exchange: Exchange, judged: boolean | null][] = [
    ['status >= 500', UNDER_WAY, null],
    ['status >= 500', UNANSWERED, false],
    ['status < 500', UNANSWERED, false],
    ['latency > 1ms', UNDER_WAY, null],
    ['latency < 1ms', UNANSWERED, false],
    ['latency > 1ms', JOINED, null],
    ['url /', JOINED, null],
    ['method GET', JOINED, null],
    ['name *', JOINED, null],
    ['name *', UNDER_WAY, false],
    ['name *', exchangeLike(UNDER_WAY, { gap: 'head cut' }), null],
    ['rcode NOERROR', ASKING, null],
    ['rcode NOERROR', exchangeLike(ASKING, { gap: 'no answer' }), false],
    ['status 200 and url /api/', JOINED, null],
    ['status 404 and url /api/', JOINED, false],
  ];
  assert.deepEqual(
    cases.map(([text, exchange]) => [text, exchange, judge(text, exchange)]),
    cases,
  );
});

test('the subject has the members of all terms that ask for requests, and no others', () => {
  const getters = Object.entries(Object.getOwnPropertyDescriptors(RequestSubject.prototype))
    .filter(([, { get }]) => get)
    .map(([name]) => name);
  const asked = TERMS.flatMap(({ rows, fields }) =>
    (rows as readonly string[]).includes('requests') ? [...fields] : [],
  ).filter((field) => field !== 'machine'); // it is decided before rows are asked
  assert.deepEqual(getters.sort(), asked.sort());
});

test('where other rows are shown, terms of requests are said to be unknown', () => {
  const expression = parseFilter('port 80 and http and status >= 500 and latency > 1ms and flags(syn)');
  assert.deepEqual(unjudged(expression, 'sockets'), [
    'http',
    'status >= 500',
    'latency >= 1000001ns',
    'flags(syn)',
  ]);
  assert.deepEqual(unjudged(expression, 'requests'), ['flags(syn)']);
});
