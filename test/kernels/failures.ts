import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { type Nettop, startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import type { ConnectionLine } from '../live/rows.ts';
import { HERE } from './cable.ts';
import { hasReasons } from './drops.ts';
import { say } from './guest.ts';

const NOWHERE = '198.51.100.1';
const DROPPED = 9;
const RULES = `table inet fence { chain base { type filter hook input priority 0; tcp dport ${DROPPED} drop; }; }`;

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const to = (nettop: Nettop, address: string, port: number): ConnectionLine | undefined =>
  nettop.connections.findLast((line) => line.remoteAddress === address && line.remotePort === port);

/** A connect() that finds no route, and one whose SYN a rule drops in another network namespace. */
export async function failToConnect(t: TestContext, here: Peer, there: Peer): Promise<void> {
  run('ip', 'route', 'add', 'unreachable', NOWHERE);
  run('nft', RULES);
  t.after(() => run('ip', 'route', 'delete', 'unreachable', NOWHERE));
  t.after(() => run('nft', 'delete table inet fence'));
  const nettop = startNettop(t, ['connections', '--json']);
  await here.ask('listen', HERE);
  await nettop.until('it sees the listener', () => nettop.connections.some(({ pid }) => pid === here.pid));
  await here.ask('beginConnect', NOWHERE, 1);
  await there.ask('beginConnect', HERE, DROPPED);
  await nettop.until('a SYN', () => to(nettop, HERE, DROPPED)?.state === 'SYN_SENT');
  await there.ask('drop');
  const ended = [[NOWHERE, 1, here] as const, [HERE, DROPPED, there] as const];
  const lines = await nettop.until('both ends', () => {
    const found = ended.flatMap(([address, port]) => to(nettop, address, port) ?? []);
    return found.length === 2 && found.every(({ ending }) => ending) && found;
  });
  await nettop.end();
  const told = lines.map(({ pid, ending }) => [pid, ending?.cause, ending?.reason, ending?.drop?.reason]);
  say(`failures: ${JSON.stringify(told)}`);
  assert.deepEqual(told, [
    [here.pid, 'unreachable', 'unreachable route: EHOSTUNREACH', undefined],
    [there.pid, 'given up', null, hasReasons() ? 'NETFILTER_DROP' : undefined],
  ]);
}
