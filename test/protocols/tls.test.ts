import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls';
import { parseTls } from '../../src/protocols/tls.ts';
import { parseHello, type TlsHello } from '../../src/protocols/tls-hello.ts';

/** RFC 8448, 3: the server's answer in a simple handshake of TLS 1.3. */
const SERVER_HELLO = Buffer.from(
  '160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e' +
    '00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304',
  'hex',
);
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

test('the hello of OpenSSL in this Node: name, protocols, version', async () => {
  const { client } = await handshake({ servername: 'api.example.com', ALPNProtocols: ['h2', 'http/1.1'] });
  assert.deepEqual(parseTls(client), {
    hello: {
      from: 'client',
      version: 'TLS 1.3',
      serverName: 'api.example.com',
      alpn: ['h2', 'http/1.1'],
      cipher: null,
      hasEch: false,
      isRetry: false,
      partial: false,
    },
    alert: null,
  });
  const old = await handshake({ servername: 'a.example', maxVersion: 'TLSv1.2' });
  assert.deepEqual(
    [helloOf(old.client).version, helloOf(old.client).alpn, helloOf(old.client).serverName],
    ['TLS 1.2', [], 'a.example'],
  );
  const bare = await handshake({});
  assert.deepEqual([helloOf(bare.client).serverName, helloOf(bare.client).partial], [null, false]);
});

test('the answer of TLS 1.2: what the server chose', async () => {
  const psk = Buffer.alloc(16, 1);
  const both = { ciphers: 'PSK-AES128-GCM-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' as const };
  const { server } = await handshake(
    {
      ...both,
      ALPNProtocols: ['h2', 'http/1.1'],
      pskCallback: () => ({ psk, identity: 'x' }),
      checkServerIdentity: () => undefined,
    },
    { ...both, ALPNProtocols: ['http/1.1'], pskCallback: () => psk },
  );
  const { from, version, cipher, alpn, partial } = helloOf(server);
  assert.deepEqual(
    [from, version, cipher, alpn, partial],
    ['server', 'TLS 1.2', 'PSK_WITH_AES_128_GCM_SHA256', ['http/1.1'], false],
  );
});

test('the answer of TLS 1.3, and the one that asks for another hello', () => {
  const { version, cipher, alpn, isRetry, partial } = helloOf(SERVER_HELLO);
  assert.deepEqual(
    [version, cipher, alpn, isRetry, partial],
    ['TLS 1.3', 'AES_128_GCM_SHA256', [], false, false],
  );
  const retry = Buffer.from(SERVER_HELLO);
  retry.set(Buffer.from(RETRY, 'hex'), 11);
  assert.equal(helloOf(retry).isRetry, true);
});

test('a hello that is cut: the whole is never contradicted', async () => {
  const { client } = await handshake({ servername: 'api.example.com', ALPNProtocols: ['h2'] });
  const whole = helloOf(client);
  for (let length = 0; length < client.length; length++) {
    const cut = parseTls(client.subarray(0, length))?.hello ?? null;
    if (cut === null) assert.ok(length < 11, `${length}`);
    else {
      assert.equal(cut.partial, true, `${length}`);
      assert.ok(cut.version === null || cut.version === whole.version, `${length}`);
      assert.ok(cut.serverName === null || cut.serverName === whole.serverName, `${length}`);
      assert.ok(cut.alpn.length === 0 || cut.alpn[0] === 'h2', `${length}`);
    }
  }
});

test('a hello over many records, split anywhere', async () => {
  const { client } = await handshake({ servername: 'api.example.com', ALPNProtocols: ['h2'] });
  const whole = helloOf(client);
  const body = client.subarray(5);
  for (const size of [1, 3, 7, 40, 100, body.length - 1]) {
    const records = split(body, Math.max(size, Math.ceil(body.length / 60)));
    assert.deepEqual(helloOf(records), whole, `${size}`);
  }
});

test('a hello of post-quantum size with its name last, GREASE and ECH', () => {
  const hello = clientHello([
    [0x0a0a, []],
    [0xfe0d, [0, 1, 2]],
    [51, new Array<number>(1700).fill(7)],
    [43, [4, 0x0a, 0x0a, 3, 4]],
    [16, [0, 6, 2, 0x0a, 0x0a, 2, 0x68, 0x32]],
    [0, [0, 8, 0, 0, 5, ...Buffer.from('a.\x1bbc')]],
  ]);
  const { serverName, alpn, version, hasEch, partial } = parseHello(hello) ?? assert.fail();
  assert.deepEqual([serverName, alpn, version, hasEch, partial], ['a.␛bc', ['h2'], 'TLS 1.3', true, false]);
  const cut = parseHello(hello.subarray(0, 1400));
  assert.deepEqual([cut?.serverName, cut?.version, cut?.hasEch, cut?.partial], [null, null, true, true]);
});

test('hellos without extensions, and what is none', () => {
  assert.deepEqual(parseHello(clientHello(null))?.version, 'TLS 1.2');
  assert.deepEqual(parseHello(clientHello(null))?.partial, false);
  assert.equal(parseHello(Uint8Array.from([11, 0, 0, 9, 3, 3])), null);
  assert.equal(parseTls(new TextEncoder().encode('GET / HTTP/1.1')), null);
  assert.equal(parseTls(Uint8Array.from([22, 3, 1, 0xff, 0xff, 1])), null);
});

test('alerts, in clear and encrypted', () => {
  const alert = (...bytes: number[]) => parseTls(Uint8Array.from([21, 3, 3, 0, ...bytes]))?.alert;
  assert.deepEqual(alert(2, 2, 40), { isFatal: true, name: 'handshake_failure' });
  assert.deepEqual(alert(2, 1, 0), { isFatal: false, name: 'close_notify' });
  assert.deepEqual(alert(2, 2, 250), { isFatal: true, name: 'alert 250' });
  assert.deepEqual(alert(26, 9, 9), { isFatal: false, name: null });
  assert.equal(alert(2, 2), null);
});

test('a server that refuses says why in clear', async () => {
  const { server } = await handshake({ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' });
  assert.deepEqual(parseTls(server), { hello: null, alert: { isFatal: true, name: 'protocol_version' } });
});

function helloOf(bytes: Uint8Array): TlsHello {
  return parseTls(bytes)?.hello ?? assert.fail('no hello');
}

/** The first bytes that each side wrote, of a handshake without a network. */
async function handshake(client: ConnectionOptions, server: TlsOptions = {}) {
  const [near, far] = duplexPair();
  const written = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  const ends = [near, far] as const;
  for (const [index, end] of ends.entries()) {
    const side = index === 0 ? 'client' : 'server';
    const write = end.write.bind(end) as (chunk: Buffer, ...rest: unknown[]) => boolean;
    end.write = ((chunk: Buffer, ...rest: unknown[]) => {
      written[side] = Buffer.concat([written[side], chunk]);
      return write(chunk, ...rest);
    }) as typeof end.write;
  }
  const listener = createServer(server).on('tlsClientError', () => {});
  listener.emit('connection', far);
  const socket = connect({ ...client, socket: near });
  await new Promise((done) => socket.once('secureConnect', done).once('error', done).once('close', done));
  socket.destroy();
  return written;
}

/** A handshake message in records of at most that size. */
function split(message: Uint8Array, size: number): Uint8Array {
  const records: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(22, 3, 1, part.length >> 8, part.length & 255, ...part);
  }
  return Uint8Array.from(records);
}

function clientHello(extensions: [type: number, data: number[]][] | null): Uint8Array {
  const list = extensions?.flatMap(([type, data]) => [...number(type), ...number(data.length), ...data]);
  const body = [
    3,
    3,
    ...new Uint8Array(32),
    0,
    0,
    2,
    0x13,
    1,
    1,
    0,
    ...(list ? [...number(list.length), ...list] : []),
  ];
  return Uint8Array.from([1, 0, ...number(body.length), ...body]);
}

function number(value: number): number[] {
  return [value >> 8, value & 255];
}
