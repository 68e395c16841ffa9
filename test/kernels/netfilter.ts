import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Peer } from '../live/peer.ts';
import type { PacketLine } from '../live/rows.ts';
import { startTrace } from '../live/tracing.ts';
import { HERE, THERE } from './cable.ts';
import { say } from './guest.ts';

const DROPPED = 9;
const ACCEPTED = 10;
const RULES = `table inet guard {
  chain base { type filter hook input priority 0; policy accept; udp dport ${DROPPED} jump closed; }
  chain closed { drop; }
}`;

function nft(input: string): void {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** What each function says of datagrams to that port where they come in, each sentence once. */
function sentences(packets: PacketLine[], port: number): string[] {
  const said = packets.flatMap(({ function: name, destinationPort, netfilter }) =>
    netfilter?.hook === 'input' && destinationPort === port
      ? [`${name}: ${netfilter.table} ${netfilter.chain} ${netfilter.verdict}`]
      : [],
  );
  return [...new Set(said)].sort();
}

/** One datagram that a rule drops and one that passes: table, chain and verdict of both. */
export async function verdicts(t: TestContext, hook: 'fentry' | 'kprobe', there: Peer): Promise<void> {
  nft(RULES);
  t.after(() => nft('delete table inet guard'));
  await there.ask('bindUdp', THERE);
  const nettop = await startTrace(
    t,
    ['--path', 'netfilter', '--attach', hook, `udp and dst ${HERE}`],
    async () => {
      await there.ask('sendUdp', 1, 10, HERE, DROPPED);
      await there.ask('sendUdp', 1, 10, HERE, ACCEPTED);
    },
  );
  const isSaid = (port: number) =>
    sentences(nettop.packets, port).some((sentence) => sentence.startsWith('nf_hook_slow'));
  await nettop.until('both were asked for', () => isSaid(DROPPED) && isSaid(ACCEPTED));
  await nettop.end();
  const said = [DROPPED, ACCEPTED].map((port) => sentences(nettop.packets, port));
  say(`netfilter by ${hook}: ${said.flat().join(', ')}`);
  // before Linux 5.11 modules do not describe their types
  const chain = (verdict: string) =>
    existsSync('/sys/kernel/btf/nf_tables') ? [`nft_do_chain: guard base ${verdict}`] : [];
  assert.deepEqual(said, [
    ['nf_hook_slow: null null drop', ...chain('drop')],
    ['nf_hook_slow: null null accept', ...chain('accept')],
  ]);
  const asked = nettop.packets.filter(({ netfilter }) => netfilter !== null);
  assert.deepEqual([...new Set(asked.map((packet) => packet.hook))], [hook]);
}
