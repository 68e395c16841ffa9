import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Prometheus } from '../../src/fleet/prometheus.ts';
import { QueryError, ServerError, serverOf } from '../../src/fleet/server.ts';

/** A server that answers so. */
async function ask(
  t: TestContext,
  listener: RequestListener,
  token?: string,
  user = '',
): Promise<Prometheus> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return new Prometheus(serverOf(`http://${user}127.0.0.1:${port}/sub/`, token));
}

const told =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
  };

const vector = (...result: unknown[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });

test('numbers with their labels, and what is no number is none', async (t) => {
  const body = vector(
    { metric: { instance: 'a' }, value: [1, '2.5'] },
    { metric: { instance: 'b' }, value: [1, 'NaN'] },
    { metric: {}, value: [1, '+Inf'] },
  );
  const prometheus = await ask(t, told(body));
  assert.deepEqual(await prometheus.query('x'), [
    { labels: { instance: 'a' }, value: 2.5 },
    { labels: { instance: 'b' }, value: null },
    { labels: {}, value: null },
  ]);
});

test('an answer may be packed; the path of the URL stays', async (t) => {
  const prometheus = await ask(t, (request, response) => {
    const body = vector({ metric: {}, value: [1, request.url === '/sub/api/v1/query' ? '1' : '0'] });
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(body));
  });
  assert.equal(await prometheus.value('x'), 1);
});

test('a user with a password, and a token', async (t) => {
  const seen: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request.headers.authorization);
    response.end(vector());
  };
  await (await ask(t, listener, undefined, 'me:s%20cret@')).query('x');
  await (await ask(t, listener, 'abc')).query('x');
  await (await ask(t, listener)).query('x');
  assert.deepEqual(seen, [`Basic ${Buffer.from('me:s cret').toString('base64')}`, 'Bearer abc', undefined]);
});

test('whatever goes wrong is one line, safe to print', async (t) => {
  const cases: [RequestListener, RegExp, typeof ServerError][] = [
    [told('no', 401), /does not let nettop in \(HTTP 401\)/, ServerError],
    [
      told('<html>', 200, { 'Content-Type': 'text/html' }),
      /does not answer as Prometheus does \(HTTP 200, text\/html\)/,
      ServerError,
    ],
    [told('', 302, { Location: '/x' }), /does not answer as Prometheus does \(HTTP 302/, ServerError],
    [told('[]'), /does not answer as Prometheus does/, ServerError],
    [
      told(JSON.stringify({ status: 'error', error: 'bad\n\x1b[31mquery' }), 400),
      /does not answer a query: bad␊␛\[31mquery$/,
      QueryError,
    ],
    [
      told(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } })),
      /another form/,
      ServerError,
    ],
    [told(vector({ metric: { a: 1 }, value: [1, '1'] })), /another form/, ServerError],
    [told(vector({ metric: null, value: [1, '1'] })), /another form/, ServerError],
    [told('['.repeat(200_000)), /does not answer as Prometheus does/, ServerError],
    [(request) => request.socket.destroy(), /it ended the connection/, ServerError],
    [
      (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip'),
      /cannot be asked/,
      ServerError,
    ],
  ];
  for (const [listener, message, kind] of cases) {
    const prometheus = await ask(t, listener);
    await assert.rejects(prometheus.query('x'), (error: Error) => {
      assert.ok(error instanceof kind, `${error.stack}`);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\p{Cc}/u);
      return true;
    });
  }
});

test('more than 16 MiB are not read, packed or not', async (t) => {
  const body = Buffer.alloc(40 << 20, ' ');
  for (const isPacked of [false, true]) {
    const prometheus = await ask(t, (_, response) => {
      response.writeHead(200, isPacked ? { 'Content-Encoding': 'gzip' } : {});
      response.on('error', () => {}).end(isPacked ? gzipSync(body) : body);
    });
    await assert.rejects(prometheus.query('x'), /answers with more than 16 MiB/);
  }
});

test('a port at which nothing listens', async () => {
  const prometheus = new Prometheus(serverOf('http://127.0.0.1:1', undefined));
  await assert.rejects(prometheus.query('x'), /127\.0\.0\.1:1 cannot be asked: nothing listens there/);
});

test('partial answers and warnings are noted, a query that is not taken may be too', async (t) => {
  const partial = {
    status: 'success',
    isPartial: true,
    warnings: ['a\u202eb'],
    data: { resultType: 'vector', result: [] },
  };
  const prometheus = await ask(t, told(JSON.stringify(partial)));
  await prometheus.query('x');
  assert.deepEqual(prometheus.notes(), ['the answer is partial: some of its storage does not answer', 'ab']);
  assert.deepEqual(prometheus.notes(), []);
  const refusing = await ask(t, told(JSON.stringify({ status: 'error', error: 'too many' }), 422));
  assert.deepEqual(await refusing.queryOrNote('x'), []);
  assert.match(refusing.notes().join(), /does not answer a query: too many/);
});

test('URLs that are none are told without what stands in them', () => {
  for (const text of [
    '',
    'prometheus',
    'ftp://me:secret@host/',
    'http://me:secret@host/?x=1',
    'file:///etc/passwd',
  ])
    assert.throws(
      () => serverOf(text, undefined),
      (error: Error) => {
        assert.equal(error.name, 'UsageError');
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  assert.throws(() => serverOf('http://me:x@host', 'token'), /one of the two/);
  assert.throws(() => serverOf('http://host', 'a\nb'), /not a token/);
  assert.deepEqual(serverOf('https://host/prefix///', undefined), {
    base: 'https://host/prefix',
    name: 'host',
    authorization: null,
  });
});
