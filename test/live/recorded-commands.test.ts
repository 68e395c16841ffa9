import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { live, startNettop } from './nettop.ts';
import { ask, startRecord, told } from './recorded-files.ts';
import type { ConnectionLine, DropLine, ProcessLine, RequestLine, ServiceLine, TrafficLine } from './rows.ts';

/** Two programs take their times each for itself. */
const untimed = (line: RequestLine) => {
  const { time: _, firstByteMicroseconds: _a, totalMicroseconds: _b, stages: _c, ...rest } = line;
  return rest;
};

const last = <T extends { time: string }>(lines: readonly T[]): T[] =>
  lines.filter(({ time }) => time === lines.at(-1)?.time);

const isOnce = ({ side, peerPid }: RequestLine) => side === 'client' || peerPid === null;

test(
  'a recording tells what was told live beside it, and two are compared by what each tells',
  live(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nettop-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const server = http.createServer((request, response) => {
      response.statusCode = request.url === '/500' ? 500 : 200;
      setTimeout(() => response.end('x'.repeat(2000)), request.url?.startsWith('/slow') ? 300 : 0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    /** A connection of its own for each recording: what is older is not timed. */
    const connect = () => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      t.after(() => agent.destroy());
      return agent;
    };
    const socket = dgram.createSocket('udp4');
    t.after(() => socket.close());
    const only = ['--port', String(port)];

    const [one, two] = [join(folder, 'one.nettop'), join(folder, 'two.nettop')];
    const watching = startNettop(t, ['requests', '--json', '--rate-limit', '0', ...only]);
    const ready = connect();
    await watching.until('the first request', async () => {
      await ask(ready, port, '/ready');
      return watching.requests.length > 0;
    });
    const first = await startRecord(t, one);
    const agent = connect();
    const paths = ['/a', '/b?token=hunter2', '/slow', '/500', ...Array(20).fill('/many')] as string[];
    for (const path of paths) await ask(agent, port, path);
    for (let count = 0; count < 5; count++) socket.send('x', port, '127.0.0.1');
    const isAsked = ({ path }: RequestLine) => path !== null && path !== '/ready';
    await watching.until('all requests', () => watching.requests.filter(isAsked).length === 2 * paths.length);
    await first.end();
    await watching.end();

    const second = await startRecord(t, two);
    const other = connect();
    for (let count = 0; count < 50; count++) await ask(other, port, '/many');
    for (let count = 0; count < 9; count++) socket.send('x', port, '127.0.0.1');
    await second.end();

    const requests = told<RequestLine>('requests', '--from', one, ...only).filter(
      ({ type }) => type === 'request',
    );
    assert.deepEqual(requests.map(untimed), watching.requests.filter(isAsked).map(untimed));
    assert.equal(requests.filter(isOnce).length, paths.length);
    assert.ok(!JSON.stringify(requests).includes('hunter2'));
    const services = (file: string) =>
      last(told<ServiceLine>('services', '--from', file, ...only).filter(({ type }) => type === 'service'));
    const counts = [services(one), services(two)].map((lines) => lines.map(({ answers }) => answers));
    assert.deepEqual(counts, [[paths.length], [50]]);
    const traffic = last(
      told<TrafficLine>('traffic', '--from', one, ...only).filter(({ type }) => type === 'traffic'),
    );
    assert.ok(traffic.some(({ transmitBytes }) => transmitBytes > 2000 * paths.length));
    const named = told<ConnectionLine>('connections', '--from', one, ...only);
    assert.ok(named.some(({ remoteName }) => remoteName === 'shop.example'));

    const [head, ...lines] = told<Difference>('diff', one, two, ...only);
    assert.equal(head?.type, 'diff');
    const { perSecond } = head as unknown as { perSecond: boolean };
    const seconds = ['before', 'after'].map((side) =>
      perSecond
        ? ((head as unknown as Record<string, { durationSeconds: number }>)[side]?.durationSeconds ?? 1)
        : 1,
    );
    const sums = (part: string, key: RegExp, name: string) => {
      const found = lines.find((line) => line.part === part && key.test(line.key));
      const sum = (side: 'before' | 'after', at: number) =>
        Math.round((found?.[side]?.[name] ?? -1) * (seconds[at] ?? 1));
      return [sum('before', 0), sum('after', 1)];
    };
    assert.deepEqual(sums('requests', /^http shop\.example$/, 'requests'), [paths.length, 50]);
    assert.deepEqual(sums('requests', /^http shop\.example$/, 'errors'), [1, 0]);
    assert.deepEqual(sums('services', new RegExp(`:${port}$`), 'answers'), [paths.length, 50]);
    assert.deepEqual(sums('drops', /^NO_SOCKET at __udp4_lib_rcv/, 'drops'), [5, 9]);
    const drops = last(told<DropLine>('drops', '--from', one, ...only).filter(({ type }) => type === 'drop'));
    assert.equal(
      drops.filter(({ dropReason }) => dropReason === 'NO_SOCKET').reduce((sum, { drops }) => sum + drops, 0),
      5,
    );
    const service = lines.find(({ part }) => part === 'services');
    assert.equal(service?.before?.p99Microseconds, services(one)[0]?.p99Microseconds);
    const processes = last(
      told<Omit<ProcessLine, 'type'>>('processes', '--by', 'name', '--from', one, ...only).filter(
        ({ type }) => type === 'processGroup',
      ),
    );
    const moved = processes.map((line) => [line.receiveBytes, line.transmitBytes] as const);
    const [received] = sums('processes', /./, 'receiveBytes');
    const [sent] = sums('processes', /./, 'transmitBytes');
    assert.ok(moved.some(([rx, tx]) => rx === received && tx === sent));
  }),
);

interface Difference {
  part: string;
  key: string;
  before: Record<string, number | null> | null;
  after: Record<string, number | null> | null;
}
