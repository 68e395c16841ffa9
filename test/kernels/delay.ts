import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import { DEVICE, THERE } from './cable.ts';
import { say } from './guest.ts';

/** Shorter than the time after which a SYN is retransmitted. */
const DELAY_MS = 500;

/** Connects through netem, which holds back all that the far end sends: the SYN-ACK is the first of it. */
export async function connectSlowly(
  t: TestContext,
  here: Peer,
  there: Peer,
  within: readonly string[],
): Promise<void> {
  const queue = (verb: string): string => {
    const [command = '', ...args] = [...within, 'tc', 'qdisc', verb, 'dev', DEVICE, 'root', 'netem'];
    return spawnSync(command, [...args, 'delay', `${DELAY_MS}ms`], { encoding: 'utf8' }).stderr;
  };
  const port = await there.ask('listen', THERE);
  const nettop = startNettop(t, ['connections', '--json', '--interval', '500ms']);
  await nettop.until('it looks', () => nettop.connections.length > 0);
  const refusal = queue('add');
  if (refusal) return t.skip(refusal.trim());
  t.after(() => queue('delete'));
  const began = performance.now();
  const local = await here.ask('connect', THERE, port);
  const tookUs = (performance.now() - began) * 1000;
  const { life, rttMicroseconds } = await nettop.until('the connection', () =>
    nettop.connections.find((line) => line.localPort === local && line.state === 'ESTABLISHED'),
  );
  await nettop.end();
  say(`delay: ${tookUs} µs by the client, ${JSON.stringify(life)}, rtt ${rttMicroseconds}`);
  const connectUs = life?.connectMicroseconds ?? assert.fail('no connect latency');
  assert.ok(connectUs >= DELAY_MS * 1000 && connectUs <= tookUs, `${connectUs} of ${tookUs}`);
}
