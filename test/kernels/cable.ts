import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { createNamespace, ip } from '../live/namespace.ts';

/** Addresses at the two ends (RFC 5737). */
export const HERE = '192.0.2.1';
export const THERE = '192.0.2.2';
export const DEVICE = 'cable';

export interface Cable {
  /** The command to run something at the other end. */
  within: string[];
}

/**
 * A veth pair from here to a network namespace of its own, each end called `cable`. The emulated machine is so slow
 * that TCP would take segments for lost and send them again, and the receiver would leave those out.
 */
export function layCable(t: TestContext): Cable {
  const { name, within } = createNamespace(t);
  ip('link', 'add', DEVICE, 'type', 'veth', 'peer', 'name', DEVICE, 'netns', name);
  for (const [inside, host] of [[[], HERE] as const, [['-n', name], THERE] as const]) {
    ip(...inside, 'address', 'add', `${host}/24`, 'dev', DEVICE);
    ip(...inside, 'link', 'set', DEVICE, 'up');
    ip(...inside, 'route', 'replace', '192.0.2.0/24', 'dev', DEVICE, 'rto_min', '60s');
  }
  const noLossProbe = ['sh', '-c', 'echo 0 > /proc/sys/net/ipv4/tcp_early_retrans'];
  for (const [command = '', ...args] of [noLossProbe, [...within, ...noLossProbe]])
    assert.equal(spawnSync(command, args).status, 0);
  return { within };
}
