import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { HttpClient, type Say, startHttp } from './http-peer.ts';
import { listen } from './listen.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';

/** Requests that begin with segments shorter than what tells HTTP from anything else, the first of their connection too. */

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const SIDES = ['client', 'server'];
const ASKED = 3;

const asked = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: short\r\n\r\n`;

/** In segments of `size` bytes, as many as it takes until `until` bytes have gone out; then the rest at once. */
function cut(text: string, size: number, until: number): string[] {
  const segments: string[] = [];
  let at = 0;
  for (; at < until; at += size) segments.push(text.slice(at, at + size));
  return [...segments, text.slice(at)];
}

/** What each end said of the paths that begin so, in order. */
const told = (nettop: Nettop, path: string) =>
  SIDES.map((wanted) => nettop.requests.filter((row) => row.side === wanted && row.path?.startsWith(path)));

/** What is told of them, and of those that told that nettop looks nothing. */
const afterReady = (rows: readonly RequestLine[]) =>
  rows.filter(({ path }) => path !== '/wanted/ready').map(({ path, incomplete }) => ({ path, incomplete }));

/** Until both ends tell of requests, whole, on connections of their own. */
async function untilSeen(nettop: Nettop, dial: () => Promise<HttpClient>): Promise<void> {
  await nettop.until('the first request', async () => {
    await (await dial()).ask([asked('/wanted/ready')], ANSWER.length);
    return told(nettop, '/wanted/ready').every(({ length }) => length > 0);
  });
}

for (const size of [1, 2, 3, 5, 7])
  test(
    `a request whose first segments have ${size} bytes is told like another, at both ends`,
    live(async (t) => {
      const paths = Array.from({ length: ASKED }, (_, index) => `/cut/${index}`);
      const script = Object.fromEntries(
        ['/wanted/ready', ...paths].map((path) => [path, (say: Say) => say(ANSWER)]),
      );
      const port = await startHttp(t, '127.0.0.1', script);
      const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
      const dial = () => HttpClient.dial(t, '127.0.0.1', port);
      await untilSeen(nettop, dial);
      const client = await dial();
      for (const path of paths) await client.ask(cut(asked(path), size, 16), ANSWER.length);
      await nettop.until('all of them', () => told(nettop, '/cut').every(({ length }) => length >= ASKED));
      await nettop.end();
      for (const rows of told(nettop, '/cut'))
        assert.deepEqual(
          rows.map(({ method, path, status, requestBytes, responseBytes, incomplete }) => ({
            method,
            path,
            status,
            requestBytes,
            responseBytes,
            incomplete,
          })),
          paths.map((path) => ({
            method: 'GET',
            path,
            status: 200,
            requestBytes: asked(path).length,
            responseBytes: ANSWER.length,
            incomplete: null,
          })),
        );
    }),
  );

test(
  'a request that begins with two bytes is told after one that is not wanted',
  live(async (t) => {
    const paths = Array.from(
      { length: 2 * ASKED },
      (_, index) => `/${index % 2 ? 'wanted' : 'other'}/${index}`,
    );
    const script = Object.fromEntries(
      ['/wanted/ready', ...paths].map((path) => [path, (say: Say) => say(ANSWER)]),
    );
    const port = await startHttp(t, '127.0.0.1', script);
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, '--url', '/wanted/']);
    const dial = () => HttpClient.dial(t, '127.0.0.1', port);
    await untilSeen(nettop, dial);
    const client = await dial();
    for (const [index, path] of paths.entries())
      await client.ask(index % 2 ? cut(asked(path), 2, 2) : [asked(path)], ANSWER.length);
    const wanted = paths.filter((path) => path.startsWith('/wanted/'));
    await nettop.until('all of them', () =>
      wanted.every((path) => told(nettop, path).every(({ length }) => length > 0)),
    );
    await nettop.end();
    for (const rows of told(nettop, '/'))
      assert.deepEqual(
        afterReady(rows),
        wanted.map((path) => ({ path, incomplete: null })),
      );
  }),
);

/** A server that answers each head at once, before the body has come. */
async function startHasty(t: TestContext): Promise<number> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        for (const _ of data.toString('latin1').matchAll(/HTTP\/1\.1\r\n/g)) socket.write(ANSWER);
      });
  });
  return listen(t, server);
}

test(
  'a request is told behind the last chunk, of five bytes, of one that is not wanted and was answered before',
  live(async (t) => {
    const port = await startHasty(t);
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, '--url', '/wanted/']);
    const dial = () => HttpClient.dial(t, '127.0.0.1', port);
    await untilSeen(nettop, dial);
    const client = await dial();
    const upload = 'POST /other HTTP/1.1\r\nHost: short\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n';
    await client.ask([upload], ANSWER.length);
    await client.ask(['0\r\n\r\n', asked('/wanted/behind')], ANSWER.length);
    await nettop.until('it', () => told(nettop, '/wanted/behind').every(({ length }) => length > 0));
    await nettop.end();
    for (const rows of told(nettop, '/'))
      assert.deepEqual(
        afterReady(rows),
        [{ path: '/wanted/behind', incomplete: 'pieces lost' }], // it did not wait: whose answer comes is not known
      );
  }),
);
