import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import type { Nettop } from './nettop.ts';
import type { AlertLine } from './rows.ts';
import { until } from './until.ts';

export const script = fileURLToPath(new URL('troubles.py', import.meta.url));

/** A trouble of troubles.py within the namespace, to its end; returns what it tells. */
export function trouble<T = number>(namespace: Namespace, name: string, ...args: (string | number)[]): T {
  return JSON.parse(runIn(namespace, 'python3', script, name, ...args.map(String))) as T;
}

/** The same without waiting for its end. `started`: it has made its first socket. */
export function startTrouble<T>(
  t: TestContext,
  { within }: Namespace,
  name: string,
  ...args: (string | number)[]
): { started: Promise<unknown>; told: Promise<T> } {
  const [command = '', ...rest] = [...within, 'python3', script, name, ...args.map(String)];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const told = text(child.stdout).then((printed) => JSON.parse(printed) as T);
  const sockets = () =>
    readdirSync(`/proc/${child.pid}/fd`).some((fd) => isSocket(`/proc/${child.pid}/fd/${fd}`));
  return { started: until(`${name} has a socket`, sockets), told };
}

function isSocket(file: string): boolean {
  try {
    return readlinkSync(file).startsWith('socket:');
  } catch {
    return false; // closed meanwhile
  }
}

/** Alerts of a kind in a namespace that were told to begin or to end so far. */
export function told(nettop: Nettop, kind: string, netns: number): AlertLine[] {
  return nettop.alerts.filter(
    (line) => line.kind === kind && line.netns === netns && line.state !== 'ongoing',
  );
}

/** Waits until the nth alert of that kind begins. */
export function begun(nettop: Nettop, kind: string, netns: number, nth = 0, ms?: number): Promise<AlertLine> {
  const find = () => told(nettop, kind, netns).filter(({ state }) => state === 'begin')[nth];
  return nettop.until(`alert ${nth} of ${kind}`, find, ms);
}

/** Waits for the end of one that has begun, and holds that each was told once. */
export async function ended(nettop: Nettop, begin: AlertLine, ms = 30_000): Promise<AlertLine> {
  const same = () =>
    told(nettop, begin.kind, begin.netns ?? 0).filter(
      ({ begun, pid, remote }) => begun === begin.begun && pid === begin.pid && remote === begin.remote,
    );
  const end = await nettop.until(`the end of ${begin.kind}`, () => same()[1], ms);
  assert.deepEqual(
    same().map(({ state }) => state),
    ['begin', 'end'],
  );
  return end;
}

/** Waits until nettop has read the figures of the namespace more than once: connections there find no TIME_WAIT. */
export async function showRead(nettop: Nettop, namespace: Namespace): Promise<void> {
  runIn(namespace, 'sysctl', '-qw', 'net.ipv4.tcp_max_tw_buckets=1');
  const netns = inode(namespace);
  await nettop.until('nettop reads the namespace', () => {
    trouble(namespace, 'closers', '127.0.0.1', 9001, 10, 1);
    return told(nettop, 'timeWaitFull', netns).length > 0;
  });
}
