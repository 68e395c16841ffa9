import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange, type Talker } from '../../src/capture/exchanges/exchange.ts';
import { agreed } from '../../src/capture/exchanges/handshake.ts';
import { requestTables } from '../../src/panes/requests/groups.ts';
import { REQUEST_GROUPINGS, type RequestGrouping } from '../../src/panes/requests/row.ts';
import { RequestGroups, sortGroups } from '../../src/views/requests/request-groups.ts';
import { exchangeLike } from '../fixtures/exchange.ts';
import { TALKER } from '../fixtures/talker.ts';

const NOBODY: Talker = {
  ...TALKER,
  cookie: 0,
};

const curl = { pid: 12, process: 'curl', uid: 0, netns: null };

/** One that began at a second and was answered after so many microseconds. */
function http(path: string, status: number | null, us: number | null, at = 1): Exchange {
  const beganNs = at * 1e9;
  const firstNs = us === null ? null : beganNs + us * 1000;
  const known = { host: 'a.example', path, status, firstNs, owner: curl, isDone: true };
  return Object.assign(new Exchange('http', NOBODY, true, beganNs, null), known);
}

function dns(name: string, rcode: string | null, us: number | null): Exchange {
  const exchange = new Exchange('dns', { ...NOBODY, transport: 'udp' }, true, 1e9, null);
  const gap = rcode === null ? ('no answer' as const) : null;
  const firstNs = us === null ? null : 1e9 + us * 1000;
  return exchangeLike(exchange, {
    dns: { name, type: 'A', rcode, answers: [], isTruncated: false },
    firstNs,
    gap,
    isDone: true,
  });
}

const groupsOf = (by: RequestGrouping, exchanges: Exchange[], nowNs = 21e9, sinceNs = 0) =>
  new RequestGroups(by).of(exchanges, nowNs, sinceNs);

test('percentiles are exact, by nearest rank, whatever the order', () => {
  // 1 to 100 ms, turned over and over
  const some = Array.from({ length: 100 }, (_, n) => http('/', 200, 1000 * (1 + ((n * 37) % 100))));
  const [all, ...others] = groupsOf('host', [...some, http('/', null, null)]);
  assert.equal(others.length, 0);
  const { group } = all ?? assert.fail();
  assert.deepEqual([group.count, group.p50Us, group.p95Us, group.p99Us], [101, 50_000, 95_000, 99_000]);
  const [single] = groupsOf('host', [http('/', 200, 7)]);
  assert.deepEqual([single?.group.p50Us, single?.group.p95Us, single?.group.p99Us], [7, 7, 7]);
  const [none] = groupsOf('host', [http('/', null, null)]);
  assert.deepEqual([none?.group.p50Us, none?.group.p99Us], [null, null]);
});

test('times stand in the histogram by two steps to each power of ten', () => {
  const times = [9, 10, 31, 32, 99, 100, 320, 1000, 10_000, 100_000, 999_999, 1_000_000, 60_000_000];
  const [all] = groupsOf(
    'host',
    times.map((us) => http('/', 200, us)),
  );
  assert.deepEqual(all?.group.histogram, [1, 2, 2, 1, 1, 1, 0, 1, 0, 1, 1, 2]);
});

test('errors are those of servers, names without answer and no answer; 4xx stand apart', () => {
  const reset = exchangeLike(http('/', null, null), { gap: 'reset' });
  const underWay = exchangeLike(http('/', null, null), { isDone: false });
  const some = [500, 503, 404, 499, 200, 302].map((status) => http('/', status, 1000));
  const calls = [0, 5].map((grpcStatus) => exchangeLike(http('/', 200, 1000), { grpcStatus }));
  const [web] = groupsOf('host', [...some, ...calls, reset, underWay]);
  assert.deepEqual([web?.group.count, web?.group.errors, web?.group.refused], [10, 4, 2]);
  const names = [dns('a', 'NOERROR', 1), dns('a', 'NXDOMAIN', 1), dns('a', null, null)];
  const [asked] = groupsOf('name', names);
  assert.deepEqual([asked?.group.name, asked?.group.errors, asked?.group.refused], ['a', 2, 0]);
});

test('a handshake has the host that its client named', () => {
  const exchange = new Exchange('tls', NOBODY, true, 1e9, null);
  const tls = agreed(null, null, null);
  const [named, other] = ['a.example', null].map((serverName) =>
    exchangeLike(exchange, { tls: { ...tls, serverName }, isDone: true }),
  ) as [Exchange, Exchange];
  const groups = groupsOf('host', [named, http('/', 200, 1), other]);
  assert.deepEqual(
    groups.map(({ group }) => [group.name, group.count]),
    [
      ['a.example', 2],
      ['?', 1],
    ],
  );
});

test('a handshake is answered by its version, or fails by an alert', () => {
  const made = (version: string | null, alert: string | null) =>
    exchangeLike(new Exchange('tls', NOBODY, true, 1e9, null), {
      tls: { ...agreed(null, null, alert), version },
      isDone: true,
    });
  const groups = groupsOf('status', [made('TLS 1.3', null), made(null, 'unrecognized_name')]);
  assert.deepEqual(
    groups.map(({ group }) => [group.name, group.errors]),
    [
      ['TLS 1.3', 0],
      ['unrecognized_name', 1],
    ],
  );
});

test('a rate is that of the last 10 s, or since it is looked', () => {
  const some = [1, 12, 13, 20].map((at) => http('/', 200, 1, at));
  assert.equal(groupsOf('host', some)[0]?.group.perSecond, 0.3);
  assert.equal(groupsOf('host', some, 21e9, 19e9)[0]?.group.perSecond, 0.5);
  assert.equal(groupsOf('host', some, 21e9, 21e9)[0]?.group.perSecond, 0);
});

test('requests are put together by each way', () => {
  const some = [
    http('/users/42', 200, 1),
    http('/users/43', 404, 1),
    dns('b.example', 'NXDOMAIN', 1),
    dns('b.example', null, null),
    exchangeLike(http('/', null, null), { host: null, path: null, owner: null, isDone: false }),
  ];
  const keys = REQUEST_GROUPINGS.map((by) =>
    groupsOf(by, some).map(({ key, members }) => `${key} ${members.length}`),
  );
  assert.deepEqual(keys, [
    ['host:a.example 2', 'host:DNS 2', 'host:? 1'],
    ['path:/users/{id} 2', 'path:DNS 2', 'path:? 1'],
    ['status:2xx 1', 'status:4xx 1', 'status:NXDOMAIN 1', 'status:no answer 1', 'status:under way 1'],
    ['process:curl 2', 'process:? 3'],
    ['name:HTTP 3', 'name:b.example 2'],
  ]);
});

test('every sort that groups offer puts them in order', () => {
  const some = [http('/a', 500, 30), http('/b', 404, 20), http('/b', 200, 20), http('/c', 200, 40)];
  const orders = requestTables.path.sorts.map(({ id, descending }) => [
    id,
    sortGroups(groupsOf('path', some, 5e9), id, descending)
      .map(({ group }) => group.name)
      .join(' '),
  ]);
  assert.deepEqual(orders, [
    ['count', '/b /a /c'],
    ['perSecond', '/b /a /c'],
    ['errors', '/a /b /c'],
    ['refused', '/b /a /c'],
    ['p50', '/c /a /b'],
    ['p95', '/c /a /b'],
    ['p99', '/c /a /b'],
    ['group', '/a /b /c'],
  ]);
});
