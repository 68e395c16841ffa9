import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { release } from 'node:os';
import type { TestContext } from 'node:test';
import { startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import { HERE, THERE } from './cable.ts';
import { say } from './guest.ts';

const PORT = 9;
const COUNT = 20;
/** Each third datagram, then each third of the others, then in another chain all that are left. */
const THIRD = `udp dport ${PORT} numgen inc mod 3 0 counter drop`;
const RULES = `table inet twins {
  chain base { type filter hook input priority 0; ${THIRD}; ${THIRD}; udp dport ${PORT} jump rest; }
  chain rest { udp dport ${PORT + 1} drop; udp dport ${PORT} counter drop; }
}`;

interface Counted {
  handle: number;
  chain: string;
  packets: number;
}

function nft(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('nft', args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** What each rule with a counter counted, by nftables itself. */
function counters(): Counted[] {
  const { nftables } = JSON.parse(nft('-j', '-a', 'list', 'table', 'inet', 'twins')) as {
    nftables: { rule?: { handle: number; chain: string; expr: { counter?: { packets: number } }[] } }[];
  };
  return nftables.flatMap(({ rule }) => {
    const packets = rule?.expr.find(({ counter }) => counter)?.counter?.packets;
    return rule && packets ? [{ handle: rule.handle, chain: rule.chain, packets }] : [];
  });
}

/** The end of a chain knows the chain since Linux 6.4: before, the rule is inferred, and one of several alike is not. */
function isTold(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 4);
}

/** Datagrams that rules of the same text drop: each rule's count. */
export async function countByRule(
  t: TestContext,
  hook: 'fentry' | 'kprobe',
  here: Peer,
  there: Peer,
): Promise<void> {
  if (!isTold())
    return t.skip('this kernel does not say which rule it is: it is inferred, as by tracepoints');
  await here.ask('bindUdp', HERE);
  await there.ask('bindUdp', THERE);
  const nettop = startNettop(t, ['drops', '--json', '--attach', hook, `udp and port ${PORT}`]);
  const probe = setInterval(() => here.ask('sendUdp', 1, 1, THERE, PORT).catch(() => {}), 200);
  t.after(() => clearInterval(probe));
  await nettop.until('it counts drops elsewhere', () => nettop.drops.length > 0);
  clearInterval(probe);
  nft(RULES);
  t.after(() => nft('delete', 'table', 'inet', 'twins'));
  for (let sent = 0; sent < COUNT; sent++) await there.ask('sendUdp', 1, 100, HERE, PORT);
  const own = statSync('/proc/self/ns/net').ino;
  const rows = () => {
    const newest = new Map(
      nettop.drops.filter(({ netns }) => netns === own).map((row) => [row.rule?.handle ?? null, row]),
    );
    return [...newest.values()];
  };
  await nettop.until('all drops, and the ruleset', () => {
    const all = rows();
    const sum = all.reduce((sum, { drops }) => sum + drops, 0);
    return sum >= COUNT && all.every(({ rule }) => rule?.table);
  });
  await nettop.end();
  const told = rows().map(({ drops, rule }) => ({ ...rule, packets: drops }));
  say(`rules by ${hook}: ${JSON.stringify(told)}`);
  const named = told.map(({ handle, chain, packets, inferred }) => ({ handle, chain, packets, inferred }));
  assert.deepEqual(
    named.sort((one, other) => (one.handle ?? 0) - (other.handle ?? 0)),
    counters().map((one) => ({ ...one, inferred: false })),
  );
  assert.equal(named.length, 3);
}
