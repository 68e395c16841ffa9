import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT_FRAME, crypto, hex, initial, SERVER_PACKETS, type Version } from '../protocols/quic-seal.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPython } from './python.ts';
import type { RequestLine } from './rows.ts';
import { makeCertificateFiles } from './tls-peer.ts';

const HELLO = CLIENT_FRAME.subarray(4);
const padded = (frames: Buffer): Buffer => Buffer.concat([frames, Buffer.alloc(1162 - frames.length)]);
/** The hello of the RFCs in two datagrams, as one with a post-quantum key is, the end first. */
const halves = (version: Version): Buffer[] => [
  initial(version, 0, padded(crypto(120, HELLO.subarray(120)))),
  initial(version, 1, padded(crypto(0, HELLO.subarray(0, 120)))),
];

async function bound(t: TestContext, host: string): Promise<dgram.Socket> {
  const socket = dgram.createSocket(host === '::1' ? 'udp6' : 'udp4').bind(0, host);
  t.after(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

/** A server that says what the RFCs' server says, once it has heard so many datagrams; 0: never. */
async function startServer(t: TestContext, host: string, version: Version, heard: number): Promise<number> {
  const server = await bound(t, host);
  let count = 0;
  server.on('message', (_, { port, address }) => {
    if (++count === heard) server.send(hex(SERVER_PACKETS[version]), port, address);
  });
  return server.address().port;
}

async function follow(t: TestContext, expression: string): Promise<Nettop> {
  const nettop = startNettop(t, ['requests', '--json', expression]);
  await nettop.until('the first handshake', async () => {
    const server = await startServer(t, '127.0.0.1', 'v1', 2);
    const client = await bound(t, '127.0.0.1');
    for (const datagram of halves('v1')) client.send(datagram, server, '127.0.0.1');
    await sleep(100); // below the rate limit
    return nettop.requests.length > 0;
  });
  return nettop;
}

/** The rows of a server's port at both ends. */
async function endsOf(nettop: Nettop, port: number): Promise<[RequestLine, RequestLine]> {
  const of = (side: string) =>
    nettop.requests.find(
      (line) => line.side === side && (side === 'client' ? line.remotePort : line.localPort) === port,
    );
  return nettop.until(`both ends at ${port}`, () => {
    const [client, server] = [of('client'), of('server')];
    return client && server && [client, server];
  });
}

const TLS = {
  serverName: 'example.com',
  alpn: null,
  alpnOffered: ['alpn'],
  version: 'TLS 1.3',
  versionOffered: 'TLS 1.3',
  cipher: 'AES_128_GCM_SHA256',
  ech: false,
  alert: null,
};
const UNANSWERED = { ...TLS, version: null, cipher: null };

test(
  'handshakes of QUIC: the packets of the RFCs over sockets, versions 1 and 2, IPv4 and IPv6, answered and not, several datagrams in one call',
  live(async (t) => {
    const nettop = await follow(t, 'quic');
    for (const version of ['v1', 'v2'] as const)
      for (const host of ['127.0.0.1', '::1'])
        for (const isAnswered of [true, false]) {
          const port = await startServer(t, host, version, isAnswered ? 2 : 0);
          const client = await bound(t, host);
          for (const datagram of halves(version)) client.send(datagram, port, host);
          for (const row of await endsOf(nettop, port)) {
            assert.deepEqual(row.tls, isAnswered ? TLS : UNANSWERED);
            assert.deepEqual(row.quic, { version: version === 'v1' ? 1 : 2 });
            assert.deepEqual([row.pid, row.protocol], [process.pid, 'quic']);
            assert.equal(row.incomplete, isAnswered ? null : 'no answer');
            assert.equal((row.firstByteMicroseconds ?? 0) > 0, isAnswered);
          }
        }
    const port = await startServer(t, '127.0.0.1', 'v1', 2);
    const datagrams = halves('v1');
    const whole = Buffer.concat(datagrams).toString('hex');
    const python = startPython(t, 'send_segments', port, datagrams[0]?.length ?? 0, whole);
    for (const { tls, side, pid } of await endsOf(nettop, port)) {
      assert.deepEqual(tls, TLS);
      assert.equal(pid, side === 'client' ? python.pid : process.pid);
    }
    await nettop.end();
    const { requests, pieces, heldBack } = nettop.requestTotals?.lost ?? {};
    assert.deepEqual([requests, pieces, heldBack], [0, 0, 0]);
  }),
);

test(
  'handshakes of QUIC beyond the rate limit are counted',
  live(async (t) => {
    const nettop = await follow(t, 'quic');
    const port = await startServer(t, '127.0.0.1', 'v1', 0);
    const before = nettop.requests.length;
    for (let count = 0; count < 600; count++) {
      const client = await bound(t, '127.0.0.1');
      for (const datagram of halves('v1')) client.send(datagram, port, '127.0.0.1');
    }
    // unanswered, they are told after seconds: by then all were read
    await nettop.until('what was told', () => nettop.requests.length > before, 20_000);
    await nettop.end();
    const told = nettop.requests.filter((line) => [line.localPort, line.remotePort].includes(port)).length;
    const { heldBack = 0, pieces } = nettop.requestTotals?.lost ?? {};
    assert.ok(heldBack > 0);
    assert.equal(told + heldBack, 2 * 600);
    assert.equal(pieces, 0);
  }),
);

test(
  'handshakes of QUIC of programs at both ends',
  live(
    async (t) => {
      const nettop = await follow(t, 'quic');
      const { key, cert } = makeCertificateFiles(t);
      const free = dgram.createSocket('udp4').bind(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address();
      free.close();
      const server = spawn('gtlsserver', ['-q', '127.0.0.1', `${port}`, key, cert], { stdio: 'ignore' });
      t.after(() => server.kill('SIGKILL'));
      let ends: RequestLine[] = [];
      await nettop.until('a handshake that is answered', async () => {
        const url = `https://localhost:${port}/`;
        const client = spawn('gtlsclient', ['-q', '--timeout', '1s', 'localhost', `${port}`, url], {
          stdio: 'ignore',
        });
        const [code] = await once(client, 'exit');
        if (code !== 0) return false;
        ends = nettop.requests.filter(({ process: of }) => /^gtls/.test(of ?? ''));
        return ends.length >= 2;
      });
      for (const { tls, quic, process: of, side, incomplete, firstByteMicroseconds } of ends) {
        assert.deepEqual([of, incomplete], [side === 'client' ? 'gtlsclient' : 'gtlsserver', null]);
        assert.deepEqual([tls?.serverName, tls?.alpnOffered, tls?.version], ['localhost', ['h3'], 'TLS 1.3']);
        assert.deepEqual(quic, { version: 1 });
        assert.ok((firstByteMicroseconds ?? 0) > 0);
      }
    },
    ['gtlsserver', 'gtlsclient', 'openssl'],
  ),
);
