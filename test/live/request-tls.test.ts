import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';
import { makeCertificate, shake, startSplitter, startTls } from './tls-peer.ts';

/** As large as a hello with a key of a post-quantum exchange: 1.8 kB. */
const LARGE = [...Array.from({ length: 14 }, (_, index) => `${index}`.padStart(120, 'x')), 'http/1.1'];
const ALPN = ['h2', 'http/1.1'];

async function follow(t: TestContext, options: TlsOptions): Promise<{ nettop: Nettop; port: number }> {
  const port = await startTls(t, { ...makeCertificate(t), ALPNProtocols: ['http/1.1'], ...options });
  const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
  await nettop.until('the first handshake', async () => {
    await shake(port, { servername: 'ready.example' }).catch(() => null);
    return nettop.requests.length > 0;
  });
  return { nettop, port };
}

/** The rows of a server's name at both ends. */
async function rowsOf(nettop: Nettop, name: string): Promise<[RequestLine, RequestLine]> {
  const of = (side: string) =>
    nettop.requests.find((line) => line.side === side && line.tls?.serverName === name);
  return nettop.until(`both ends of ${name}`, () => {
    const [client, server] = [of('client'), of('server')];
    return client && server && [client, server];
  });
}

const HANDSHAKES: Readonly<Record<string, ConnectionOptions>> = {
  'new.example': { ALPNProtocols: ALPN },
  'old.example': { ALPNProtocols: ALPN, maxVersion: 'TLSv1.2' },
  'none.example': {},
  'large.example': { ALPNProtocols: LARGE, maxVersion: 'TLSv1.2' },
  'again.example': { ALPNProtocols: ALPN, ecdhCurve: 'X25519:P-256' },
};

test(
  'handshakes of TLS at both ends: what each end says of them, whole, large, in three segments, a short one first',
  live(
    async (t) => {
      const { nettop, port } = await follow(t, {});
      const splitter = await startSplitter(t, port, [150, 200]);
      const shortest = await startSplitter(t, port, [5, 150]);
      const shakes = Object.entries(HANDSHAKES).flatMap(([name, options]) => [
        { servername: name, options, at: port },
        { servername: `split.${name}`, options, at: splitter },
        { servername: `short.${name}`, options, at: shortest },
      ]);
      for (const { servername, options, at } of shakes) {
        const agreed = await shake(at, { ...options, servername });
        for (const { pid, tls, incomplete, ...row } of await rowsOf(nettop, servername)) {
          assert.ok(tls && agreed);
          const isHidden = agreed.version === 'TLS 1.3';
          assert.deepEqual(tls, {
            ...agreed,
            alpn: isHidden ? null : agreed.alpn,
            alpnOffered: options.ALPNProtocols ?? [],
            versionOffered: options.maxVersion === 'TLSv1.2' ? 'TLS 1.2' : 'TLS 1.3',
            ech: false,
            alert: null,
          });
          assert.deepEqual([pid, incomplete], [process.pid, null]);
          const [first, total] = [row.firstByteMicroseconds ?? -1, row.totalMicroseconds ?? -1];
          assert.ok(first > 0 && first < total, `${servername}: ${first} < ${total}`);
        }
      }
      await nettop.end();
      const { requests, pieces } = nettop.requestTotals?.lost ?? {};
      assert.deepEqual([requests, pieces], [0, 0]);
      const told = nettop.requests.filter(({ tls }) => tls?.serverName?.endsWith('.example'));
      const expected = told.filter(({ tls }) => tls?.serverName !== 'ready.example');
      assert.equal(expected.length, 2 * shakes.length); // what follows a handshake is no row
    },
    ['openssl'],
  ),
);

test(
  'handshakes of TLS that fail say why: no version in common, no group in common',
  live(
    async (t) => {
      const { nettop, port } = await follow(t, { minVersion: 'TLSv1.2', ecdhCurve: 'P-384' });
      assert.equal(
        await shake(port, { servername: 'ancient.example', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
        null,
      );
      assert.equal(await shake(port, { servername: 'curve.example', ecdhCurve: 'P-256' }), null);
      const expected: [string, string | null, string][] = [
        ['ancient.example', null, 'protocol_version'],
        ['curve.example', null, 'handshake_failure'],
      ];
      for (const [name, version, alert] of expected)
        for (const { tls, incomplete } of await rowsOf(nettop, name))
          assert.deepEqual([tls?.version, tls?.alert, incomplete], [version, alert, null], name);
      await nettop.end();
    },
    ['openssl'],
  ),
);
