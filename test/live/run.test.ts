import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttp } from './http-peer.ts';
import { live } from './nettop.ts';
import { type Ran, startRun } from './run-reports.ts';
import { makeCertificate, startTls } from './tls-peer.ts';

const NAME = 'nowhere.example';
/** Of 127.0.0.0/8, so that no other resolver is in the way. */
const RESOLVER = '127.0.91.7';
const LARGE = 3_000_000;
const BRIEF = 12_345;
const DAEMON = 777;

/** Takes all that comes, and closes when the far end does; how much it was. */
async function startSink(t: TestContext): Promise<{ port: number; bytes(): number }> {
  let sum = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      sum += data.length;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, bytes: () => sum };
}

/** Says of every name that there is none. */
async function startResolver(t: TestContext): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const answer = Buffer.from(query);
    answer[2] = 0x81; // an answer, recursion desired
    answer[3] = 0x83; // recursion available, NXDOMAIN
    socket.send(answer, port, address);
  });
  socket.bind(53, RESOLVER);
  await once(socket, 'listening');
  t.after(() => socket.close());
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const to = ({ connections }: Ran, port: number) => connections.filter((line) => line.remotePort === port);
const sentTo = (ran: Ran, port: number) =>
  to(ran, port).map(({ transmitBytes, receiveBytes }) => [transmitBytes, receiveBytes]);

test(
  'a command with all its descendants: bytes to the byte, names, failures, requests, handshakes, exit code',
  live(
    async (t) => {
      const [large, brief, daemon] = [await startSink(t), await startSink(t), await startSink(t)];
      const http = await startHttp(t, '127.0.0.1', {
        '/page': async (say) => {
          say('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n');
          await sleep(20);
          say('x'.repeat(5000));
        },
        '/gone': (say) => say('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
      });
      const tls = await startTls(t, { ...makeCertificate(t), ALPNProtocols: ['http/1.1'] });
      await startResolver(t);
      const closed = await freePort();
      const script = `
      head -c ${LARGE} /dev/zero > /dev/tcp/127.0.0.1/${large.port}
      for n in 1 2 3; do (exec bash -c 'head -c ${BRIEF} /dev/zero > /dev/tcp/127.0.0.1/${brief.port}') & done; wait
      curl -s -o /dev/null http://127.0.0.1:${http}/page
      curl -s -o /dev/null http://127.0.0.1:${http}/gone
      curl -s -k --http0.9 -m 1 -o /dev/null --connect-to test.example:443:127.0.0.1:${tls} https://test.example/
      curl -s http://127.0.0.1:${closed}/
      dig +tries=1 +time=2 @${RESOLVER} ${NAME} > /dev/null
      setsid bash -c '(sleep 0.2; head -c ${DAEMON} /dev/zero > /dev/tcp/127.0.0.1/${daemon.port}) &' </dev/null >/dev/null 2>&1
      echo done
      exit 3`;
      const { done } = startRun(t, ['bash', '-c', script]);
      const ran = await done;
      assert.deepEqual([ran.code, ran.stdout, ran.stderr], [3, 'done\n', '']);
      assert.deepEqual([ran.run.exitCode, ran.run.stillRunning, ran.run.failure], [3, [], null]);
      assert.deepEqual(sentTo(ran, large.port), [[LARGE, 0]]);
      assert.deepEqual(sentTo(ran, brief.port), Array(3).fill([BRIEF, 0]));
      assert.deepEqual(sentTo(ran, daemon.port), [[DAEMON, 0]], 'what detached itself is in it too');
      assert.deepEqual([large.bytes(), brief.bytes(), daemon.bytes()], [LARGE, 3 * BRIEF, DAEMON]);
      assert.deepEqual(
        to(ran, closed).map(({ ending }) => [ending?.cause, ending?.error]),
        [['refused', 'ECONNREFUSED']],
      );
      assert.deepEqual(
        ran.requests.flatMap(({ method, path, status, side }) =>
          path ? [[method, path, status, side]] : [],
        ),
        [
          ['GET', '/page', 200, 'client'],
          ['GET', '/gone', 404, 'client'],
        ],
      );
      const handshakes = ran.requests.filter(({ protocol }) => protocol === 'tls');
      assert.deepEqual(
        handshakes.map((line) => [line.tls?.serverName, line.tls?.version]),
        [['test.example', 'TLS 1.3']],
      );
      const names = ran.requests.filter(({ dns }) => dns?.name === NAME);
      assert.deepEqual(
        names.map((line) => [line.dns?.type, line.dns?.rcode, line.process]),
        [['A', 'NXDOMAIN', 'dig']],
      );
      const waited = Object.fromEntries(ran.run.waited.map((one) => [one.for, [one.times, one.failed]]));
      assert.deepEqual(waited, {
        DNS: [1, 1],
        connect: [8, 1],
        TLS: [1, 0],
        'first byte': [2, 1],
        body: [1, 0],
        'nothing of these': [null, null],
      });
      const mine = new Set(ran.processes.map(({ pid }) => pid));
      assert.ok(!mine.has(process.pid), 'what serves it is not of the run');
      assert.ok(ran.connections.every(({ pid }) => pid !== null && mine.has(pid)));
    },
    ['bash', 'curl', 'dig', 'openssl', 'setsid'],
  ),
);
