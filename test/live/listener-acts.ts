import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import type { Nettop } from './nettop.ts';
import type { ListenerLine } from './rows.ts';

const script = fileURLToPath(new URL('listeners.py', import.meta.url));

/** An act of listeners.py, for so many seconds. */
export function act(
  t: TestContext,
  { within }: Namespace,
  name: string,
  port: number,
  seconds: number,
): ChildProcess {
  const [command = '', ...rest] = [...within, 'python3', script, name, `${port}`, `${seconds}`];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

export function run({ within }: Namespace, ...command: string[]): string {
  const [program = '', ...args] = [...within, ...command];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Servers here, clients there; what clients of 198.51.100.0/24 are answered does not come to them. */
export function network(t: TestContext): { here: Namespace; there: Namespace } {
  const here = createNamespace(t);
  const there = createNamespace(t);
  connectNamespaces(here, there);
  ip('-n', here.name, 'route', 'add', 'default', 'via', '192.0.2.2');
  for (let host = 1; host <= 10; host++)
    ip('-n', there.name, 'address', 'add', `198.51.100.${host}/32`, 'dev', 'lo');
  for (const line of [
    'add table ip way',
    'add chain ip way in { type filter hook input priority 0; }',
    'add rule ip way in ip daddr 198.51.100.0/24 tcp flags & (syn | ack) == (syn | ack) drop',
  ])
    run(there, 'nft', line);
  return { here, there };
}

/** Of the namespace's own, by port, in order of time. */
export const linesOf = ({ listeners }: Nettop, port: number, { name }: Namespace): ListenerLine[] =>
  listeners.filter((line) => line.localPort === port && line.netnsName === name);

/** What it prints next. */
export async function said(child: ChildProcess): Promise<string> {
  const [text] = await once(child.stdout?.setEncoding('utf8') ?? assert.fail(), 'data');
  return String(text).trim();
}
