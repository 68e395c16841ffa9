import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { TestContext } from 'node:test';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { cli } from './nettop.ts';
import { until } from './until.ts';

export const [NEAR, FAR] = ['10.213.77.1', '10.213.77.2'];
/** Pseudonyms that begin as they do are none of them: 10.213.77.103 may stand for a host elsewhere. */
const ADDRESSES = [NEAR, FAR, '10.213.77.0'];
export const HOST = 'intranet.secretcorp.test';
export const PATH = '/secretpath/of/alice';

export interface Place {
  near: Namespace;
  far: Namespace;
  port: number;
  /** What tells that it is this place, as text. */
  secrets: readonly string[];
  /** The same, as bytes of packets. */
  bytes: readonly Buffer[];
  /** Asks the server for the path, once. */
  ask(): void;
}

const SERVER = `
require('node:http').createServer((_, answer) => answer.end('yes'))
  .listen(0, process.argv[1], function () { console.log(this.address().port); });`;

/** Two hosts with a cable between them, and a server whose names and addresses nobody is to see. */
export async function secretPlace(t: TestContext): Promise<Place> {
  const [near, far] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(near, far);
  ip('-n', near.name, 'address', 'add', `${NEAR}/24`, 'dev', 'cable');
  ip('-n', far.name, 'address', 'add', `${FAR}/24`, 'dev', 'cable');
  const [command = '', ...within] = [...far.within, process.execPath, '-e', SERVER, FAR];
  const server = spawn(command, within, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  let told = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const port = Number(await until('the server listens', () => told.includes('\n') && told));
  const macs = [near, far].map(({ name }) =>
    ip('netns', 'exec', name, 'cat', '/sys/class/net/cable/address').trim(),
  );
  const ask = () => {
    const url = `http://${FAR}:${port}${PATH}?token=hunter2`;
    const [ip = '', ...args] = [...near.within, 'curl', '-s', '-m', '5', '-H', `Host: ${HOST}`, url];
    assert.equal(spawnSync(ip, args, { encoding: 'utf8' }).stdout, 'yes');
  };
  return {
    near,
    far,
    port,
    secrets: [
      ...ADDRESSES,
      near.name,
      far.name,
      'cable',
      'secretcorp',
      'secretpath',
      'hunter2',
      ...ownName(),
      ...macs,
    ],
    bytes: [
      ...[NEAR, FAR].map((address) => Buffer.from(address.split('.').map(Number))),
      ...macs.map((mac) => Buffer.from(mac.replaceAll(':', ''), 'hex')),
    ],
    ask,
  };
}

/** Of a machine that has one of its own. */
const ownName = (): string[] => (/^localhost|^.{0,5}$/.test(hostname()) ? [] : [hostname()]);

/** What nettop prints, with what it says beside. */
export function printed(...args: string[]): { out: string; all: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  return { out: stdout, all: stdout + stderr };
}

/** Fails with the name of what was let through. */
export function assertHidden(text: string, { secrets }: Pick<Place, 'secrets'>, where: string): void {
  const found = secrets.filter((secret) => isTold(text, secret));
  const line = text.split('\n').find((one) => found.some((secret) => isTold(one, secret)));
  assert.deepEqual(found, [], `${where}: ${line}`);
}

function isTold(text: string, secret: string): boolean {
  if (ADDRESSES.includes(secret))
    return new RegExp(`(?<!\\d)${secret.replaceAll('.', '\\.')}(?!\\d)`).test(text);
  return text.toLowerCase().includes(secret.toLowerCase());
}

export function assertBytesHidden(file: string, place: Place): void {
  const bytes = readFileSync(file);
  assertHidden(bytes.toString('latin1'), place, file);
  for (const secret of place.bytes) assert.equal(bytes.indexOf(secret), -1, secret.toString('hex'));
}
