import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificateFiles } from './tls-peer.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** A folder that goes with the test. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-go-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A server of Go with TLS, HTTP/1.1 and HTTP/2, which gives out the files of a folder. */
export async function startCaddy(
  t: TestContext,
  folder: string,
  program = 'caddy',
): Promise<{ pid: number; port: number }> {
  const { key, cert } = makeCertificateFiles(t);
  const port = await freePort();
  const settings = join(folder, 'Caddyfile');
  writeFileSync(
    settings,
    `{\n admin off\n auto_https off\n default_sni test.example\n}\nhttps://127.0.0.1:${port} {\n tls ${cert} ${key}\n root * ${folder}\n file_server browse\n}\n`,
  );
  const child = spawn(program, ['run', '--config', settings, '--adapter', 'caddyfile'], {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  await until('caddy listens', () => run('curl', ['-sk', `https://127.0.0.1:${port}/`]).catch(() => null));
  return { pid: child.pid ?? 0, port };
}

/** Which nobody had a moment ago. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A program of test/live/, built by the Go that is installed. */
export async function buildGo(folder: string, source: string, flags: readonly string[]): Promise<string> {
  const program = join(folder, 'program');
  const env = { ...process.env, HOME: folder, GO111MODULE: 'off' };
  await run('go', ['build', ...flags, '-o', program, source], { env });
  return program;
}
