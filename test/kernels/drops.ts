import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import type { TestContext } from 'node:test';
import { startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import { HERE, THERE } from './cable.ts';
import { say } from './guest.ts';

const DISCARD = 9; // RFC 863: nothing listens there
const COUNT = 50;

/** Datagrams that nobody listened for in this namespace, as the kernel counts them itself. */
function noPorts(): number {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp: '));
  return Number(values?.split(' ')[names?.split(' ').indexOf('NoPorts') ?? -1]);
}

/** The tracepoint kfree_skb has a reason since Linux 5.17. */
export function hasReasons(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 17);
}

/** Counts datagrams to a closed port, and compares them with the kernel's own counter. */
export async function countDrops(t: TestContext, here: Peer, there: Peer): Promise<void> {
  await here.ask('bindUdp', HERE);
  await there.ask('bindUdp', THERE);
  const nettop = startNettop(t, ['drops', '--json', `udp and port ${DISCARD}`]);
  const probe = setInterval(() => here.ask('sendUdp', 1, 1, THERE, DISCARD).catch(() => {}), 200);
  t.after(() => clearInterval(probe));
  await nettop.until('it counts drops elsewhere', () => nettop.drops.length > 0);
  const before = noPorts();
  await there.ask('sendUdp', COUNT, 100, HERE, DISCARD);
  const own = statSync('/proc/self/ns/net').ino;
  const newest = () => nettop.drops.findLast(({ netns }) => netns === own);
  await nettop.until('all drops', () => (newest()?.drops ?? 0) >= COUNT);
  await nettop.end();
  const { drops, bytes, dropReason, dropPlace, last } = newest() ?? assert.fail();
  say(`drops: ${drops}, ${dropReason} at ${dropPlace}`);
  assert.deepEqual(
    { drops, bytes, dropReason, source: last?.source },
    {
      drops: noPorts() - before,
      bytes: COUNT * 128,
      dropReason: hasReasons() ? 'NO_SOCKET' : null,
      source: THERE,
    },
  );
  assert.match(dropPlace ?? '', /udp.*_rcv.*\+0x[0-9a-f]+$/);
}
