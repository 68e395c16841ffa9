import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient, type Script, startHttp } from './http-peer.ts';
import { live, startNettop } from './nettop.ts';

const SLOW_MS = 1500;

const answer = (status: string): string => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`;

const script: Script = {
  '/api/ready': (say) => say(answer('503 Ready')),
  '/api/users': (say) => say(answer('200 OK')),
  '/api/none': (say) => say(answer('404 None')),
  '/API/broken': (say) => say(answer('502 Down')),
  '/other': (say) => say(answer('500 Oops')),
  '/api/slow': async (say) => {
    await sleep(SLOW_MS);
    say(answer('200 OK'));
  },
};

const asked = (path: string): string =>
  `${/ready|broken/.test(path) ? 'POST' : 'GET'} ${path} HTTP/1.1\r\nHost: Shop.example:80\r\nContent-Length: 0\r\n\r\n`;

/** A filter, and the paths that match; /api/ready matches each, and so tells that nettop looks. */
const CASES: [filter: string[], paths: string[]][] = [
  [['status >= 400 and url "/api/"'], ['/api/none', '/API/broken']],
  [
    ['--url', '/api/', 'method POST or latency > 1s'],
    ['/API/broken', '/api/slow'],
  ],
  [['http and name shop.example and not status 200'], ['/api/none', '/API/broken', '/other']],
];

for (const [filter, paths] of CASES)
  test(
    `requests are filtered by ${filter.join(' ')}`,
    live(async (t) => {
      const port = await startHttp(t, '127.0.0.1', script);
      const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, ...filter]);
      const client = await HttpClient.dial(t, '127.0.0.1', port);
      const ask = (path: string) => client.ask([asked(path)], answer('200 OK').length);
      const ready = () => nettop.requests.filter(({ path }) => path === '/api/ready').length;
      await nettop.until('the first request', async () => {
        await ask('/api/ready');
        return ready() > 0;
      });
      for (const path of Object.keys(script).slice(1)) await ask(path);
      const before = ready();
      await ask('/api/ready');
      // what was asked before it was told before it
      await nettop.until('the last request', () => ready() >= before + 2);
      const summary = await nettop.end();
      for (const wanted of ['client', 'server']) {
        const lines = nettop.requests.filter(({ side }) => side === wanted);
        // before the first one that nettop saw whole may stand the end of another, of which nothing else is known
        const seen = lines.slice(lines.findIndex(({ path }) => path === '/api/ready'));
        const told = seen.filter(({ path }) => path !== '/api/ready');
        assert.deepEqual(
          told.map(({ path }) => path),
          paths,
          wanted,
        );
      }
      assert.deepEqual(summary.notJudged, []);
    }),
  );

/** The kernel looks at a head part by part: what is wanted may lie in two of them. */
const PLACES = 140;

test(
  'a text is found wherever in a head it stands',
  live(async (t) => {
    const pathOf = (text: string) => (_: unknown, place: number) => `/${'x'.repeat(place)}${text}`;
    const wanted = Array.from({ length: PLACES }, pathOf('needles7'));
    const others = Array.from({ length: PLACES }, pathOf('needles8'));
    const all: Script = Object.fromEntries(
      [...wanted, ...others].map((path) => [path, (say) => say(answer('200 OK'))]),
    );
    const port = await startHttp(t, '127.0.0.1', { ...script, ...all });
    const filter = ['--url', 'needles7', 'method GET and host shop.example'];
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, ...filter]);
    const client = await HttpClient.dial(t, '127.0.0.1', port);
    const ask = (path: string) => client.ask([asked(path)], answer('200 OK').length);
    const seen = (path = '') => nettop.requests.filter((row) => row.side === 'client' && row.path === path);
    const [first = '', ...rest] = wanted;
    await nettop.until('the first request', async () => {
      await ask(first);
      return seen(first).length > 0;
    });
    for (const [place, path] of rest.entries()) {
      await ask(others[place] ?? '');
      await ask(path);
    }
    await nettop.until('the last request', () => seen(rest.at(-1)).length > 0);
    await nettop.end();
    const told = nettop.requests.filter(({ side, path }) => side === 'client' && path !== first);
    assert.deepEqual(
      told.map(({ path }) => path),
      rest,
    );
  }),
);
