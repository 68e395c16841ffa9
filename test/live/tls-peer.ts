import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { listen } from './listen.ts';

/** A certificate that nobody signed. */
export function makeCertificate(t: TestContext): { key: Buffer; cert: Buffer } {
  const { key, cert } = makeCertificateFiles(t);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** The same as paths of files. */
export function makeCertificateFiles(t: TestContext): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const named = ['-subj', '/CN=test.example', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...named], { stdio: 'ignore' });
  return { key, cert };
}

/** A server that says what it hears. */
export async function startTls(t: TestContext, options: tls.TlsOptions): Promise<number> {
  const server = tls.createServer(options, (socket) => socket.on('error', () => {}).pipe(socket));
  server.on('tlsClientError', () => {});
  return listen(t, server);
}

/** Hands the first bytes of a connection on in segments that end at those places. */
export async function startSplitter(t: TestContext, port: number, ends: readonly number[]): Promise<number> {
  const server = net.createServer((near) => {
    const far = net.connect({ port, host: '127.0.0.1', noDelay: true });
    far.on('error', () => near.destroy()).pipe(near);
    near.on('error', () => far.destroy());
    near.once('data', async (hello) => {
      near.pause();
      for (const [index, end] of [...ends, hello.length].entries()) {
        far.write(hello.subarray(ends[index - 1] ?? 0, end));
        await sleep(20); // each goes out by itself
      }
      near.pipe(far);
    });
  });
  return listen(t, server);
}

/** What an end of a handshake says of it itself. */
export interface Agreed {
  serverName: string | null;
  version: string | null;
  cipher: string | null;
  alpn: string | null;
}

/** Shakes hands, says something and ends; null: it was refused. */
export async function shake(port: number, options: tls.ConnectionOptions): Promise<Agreed | null> {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
  } catch {
    return null;
  }
  const agreed = {
    serverName: options.servername ?? null,
    version: socket.getProtocol()?.replace('TLSv', 'TLS ') ?? null,
    cipher: socket.getCipher().standardName.replace('TLS_', ''),
    alpn: socket.alpnProtocol || null,
  };
  socket.write('x'.repeat(100_000));
  for (let heard = 0; heard < 100_000; ) heard += ((await once(socket, 'data')) as [Buffer])[0].length;
  socket.end();
  await once(socket, 'close');
  return agreed;
}
