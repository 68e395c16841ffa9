import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

/** What a command prints inside a namespace. */
export function runIn({ within }: Namespace, ...command: string[]): string {
  const [first = '', ...rest] = [...within, ...command];
  const { status, stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

export function inode(namespace: Namespace): number {
  return Number(runIn(namespace, 'stat', '-L', '-c', '%i', '/proc/self/ns/net'));
}

/** A counter of UDP as the kernel keeps it for the namespace. */
export function udpCounter(namespace: Namespace, name: string): number {
  return counter(namespace, 'Udp', name);
}

/** The same of another protocol. */
export function counter(namespace: Namespace, protocol: 'Ip' | 'Tcp' | 'Udp' | 'Icmp', name: string): number {
  const [names, values] = runIn(namespace, 'cat', '/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}: `));
  return Number(values?.split(' ')[names?.split(' ').indexOf(name) ?? -1]);
}

/** Where nothing listens, for connections that only show that nettop sees them. */
export const SIGN_PORT = 65_535;

/** Fails to connect inside a namespace until nettop, of which `tells` is asked, has seen it. */
export async function showSign(namespace: Namespace, tells: () => boolean): Promise<void> {
  const connect = `import socket; socket.socket().connect_ex(("127.0.0.1", ${SIGN_PORT}))`;
  await until('nettop sees a connection', () => {
    runIn(namespace, 'python3', '-c', connect);
    return tells();
  });
}
