import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { runIn, showSign } from './namespace-facts.ts';
import { startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';

export const FAR = '192.0.2.2';
export const STATION = '02:00:00:00:00:01';
/** The first of the ports that the rules are for. */
export const FIRST = 1001;

/** A namespace that connects, and a router at the other end of a cable that knows no far network. */
export function cabled(t: TestContext): [near: Namespace, far: Namespace] {
  const [near, far] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(near, far);
  ip('-n', near.name, 'link', 'set', 'cable', 'address', STATION);
  runIn(far, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv4.ip_forward=1');
  return [near, far];
}

export function rules({ name }: Namespace, hook: string, lines: readonly string[]): void {
  const table = `table inet t { chain c { type filter hook ${hook} priority 0; ${lines.join('; ')}; }; }`;
  ip('netns', 'exec', name, 'nft', table);
}

/** How connecting to each ends, in that order. */
export async function ends(
  t: TestContext,
  near: Namespace,
  places: readonly (readonly [string, number])[],
  isWhole: (line: ConnectionLine) => boolean = () => true,
) {
  const client = startPythonWithin(t, near.within, 'attempts', 'many', ...places.flat());
  await client.tells(0);
  const nettop = startNettop(t, ['connections', '--json', '--interval', '100ms', '--netns', near.name]);
  await showSign(near, () => nettop.connections.length > 0);
  client.goOn();
  await client.tells(1);
  const end = ([address, port]: readonly [string, number]): ConnectionLine | undefined =>
    nettop.connections.findLast(
      (line) =>
        line.ending &&
        isWhole(line) &&
        line.remoteAddress === address &&
        line.remotePort === port &&
        line.pid === client.pid,
    );
  await nettop.until('all ends', () => places.every((place) => end(place)));
  await nettop.end();
  return places.map((place) => end(place)?.ending ?? assert.fail());
}
