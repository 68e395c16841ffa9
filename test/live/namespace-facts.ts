import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Namespace } from './namespace.ts';

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
  const [names, values] = runIn(namespace, 'cat', '/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith('Udp: '));
  return Number(values?.split(' ')[names?.split(' ').indexOf(name) ?? -1]);
}
