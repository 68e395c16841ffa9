import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** A network namespace of the test's own, with its loopback up. It goes with the test. */
export interface Namespace {
  name: string;
  /** The command to run something in it. */
  within: string[];
}

let made = 0;

/** Runs a command of iproute2 and returns what it printed; throws what it complained about. */
export function ip(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export function createNamespace(t: TestContext): Namespace {
  const name = `nettop-test-${process.pid}-${made++}`;
  ip('netns', 'add', name);
  t.after(() => ip('netns', 'delete', name));
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return { name, within: ['ip', 'netns', 'exec', name] };
}

/** A cable between two namespaces: 192.0.2.1 at one end, 192.0.2.2 at the other (RFC 5737). */
export function connectNamespaces(one: Namespace, other: Namespace): void {
  ip('-n', one.name, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', other.name);
  for (const [{ name }, host] of [[one, 1] as const, [other, 2] as const]) {
    ip('-n', name, 'address', 'add', `192.0.2.${host}/24`, 'dev', 'cable');
    ip('-n', name, 'link', 'set', 'cable', 'up');
  }
}

/** Sends what goes to an address to a station that is not there, or again to the one that is. */
export function misdirect({ name }: Namespace, address: string, lost: boolean): void {
  const there = ['dev', 'cable', 'nud', 'permanent'];
  if (lost) ip('-n', name, 'neighbour', 'replace', address, 'lladdr', '02:00:00:00:00:99', ...there);
  else ip('-n', name, 'neighbour', 'delete', address, 'dev', 'cable');
}
