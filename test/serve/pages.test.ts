import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Answer } from '../../src/model/question.ts';
import { newServer } from '../../src/serve/server.ts';
import { State } from '../../src/serve/state.ts';
import { valuesOf } from '../fixtures/prometheus-text.ts';

const HOSTILE = 'a"b\\c}{,=  #é‮';
const status = { kernel: '6.1', warnings: ['one'] } as unknown as Answer['status'];
const answer: Answer = {
  status,
  inspection: null,
  metrics: {
    processReceived: [
      { labels: ['nginx'], value: 12 },
      { labels: [HOSTILE], value: 1 },
    ],
    connectSeconds: [{ labels: ['curl'], value: 0.5, buckets: [1, 2, ...Array<number>(13).fill(0)] }],
  },
};

async function served(t: TestContext, given: Answer | null = answer) {
  const state = new State('1.2.3', 1000);
  if (given) state.take(given);
  const server = newServer(state, null).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const asked = request({ port, host: '127.0.0.1', path, headers, method, agent: false }).end();
    const [response] = await once(asked, 'response');
    const parts = await response.toArray();
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
  };
}

test('/metrics has what was answered last, with names escaped', async (t) => {
  const get = await served(t);
  const { status, headers, body } = await get('/metrics');
  const values = valuesOf(body.toString());
  assert.deepEqual([status, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  assert.equal(values.get('nettop_process_receive_bytes_total{process="nginx"}'), 12);
  assert.equal(values.get('nettop_process_receive_bytes_total{process="a\\"b\\\\c}{,=  #é‮"}'), 1);
  assert.equal(values.get('nettop_build_info{version="1.2.3",kernel="6.1"}'), 1);
  assert.deepEqual([values.get('nettop_up'), values.get('nettop_warnings')], [1, 1]);
});

test('a histogram’s buckets add up', async (t) => {
  const get = await served(t);
  const values = valuesOf((await get('/metrics')).body.toString());
  const bucket = (le: string) =>
    values.get(`nettop_tcp_connect_duration_seconds_bucket{process="curl",le="${le}"}`);
  assert.deepEqual([bucket('0.0001'), bucket('0.0005'), bucket('5'), bucket('+Inf')], [1, 3, 3, 3]);
  assert.equal(values.get('nettop_tcp_connect_duration_seconds_count{process="curl"}'), 3);
  assert.equal(values.get('nettop_tcp_connect_duration_seconds_sum{process="curl"}'), 0.5);
});

test('OpenMetrics is told where it is asked for, and nothing else changes then', async (t) => {
  const get = await served(t);
  const before = (await get('/metrics')).body.toString();
  const { headers, body } = await get('/metrics', {
    accept: 'application/openmetrics-text;version=1.0.0,*/*',
  });
  assert.match(String(headers['content-type']), /^application\/openmetrics-text; version=1\.0\.0/);
  assert.match(body.toString(), /^# TYPE nettop_process_receive_bytes counter$/m);
  assert.match(body.toString(), /^nettop_process_receive_bytes_total\{process="nginx"\} 12$/m);
  assert.ok(body.toString().endsWith('# EOF\n'));
  assert.doesNotMatch(body.toString(), / # \{/);
  const names = (text: string) => text.match(/^# TYPE .*$/gm);
  assert.deepEqual(names((await get('/metrics')).body.toString()), names(before));
});

test('it is compressed where that is taken', async (t) => {
  const get = await served(t);
  const { headers, body } = await get('/metrics', { 'accept-encoding': 'gzip' });
  assert.equal(headers['content-encoding'], 'gzip');
  assert.match(gunzipSync(body).toString(), /^nettop_up 1$/m);
  assert.equal(
    (await get('/metrics', { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'],
    undefined,
  );
});

test('before the first answer it is healthy and not ready', async (t) => {
  const get = await served(t, null);
  const statuses = await Promise.all(['/metrics', '/-/ready', '/-/healthy'].map((path) => get(path)));
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [503, 503, 200],
  );
});

test('other pages and ways to ask are refused', async (t) => {
  const get = await served(t);
  assert.equal((await get('/../etc/passwd')).status, 404);
  assert.equal((await get('/metrics', {}, 'POST')).status, 405);
  const { status, body } = await get('/metrics', {}, 'HEAD');
  assert.deepEqual([status, body.length], [200, 0]);
});
