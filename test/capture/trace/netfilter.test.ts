import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketEvent } from '../../../src/capture/records/packet-event.ts';
import { netfilter } from '../../../src/views/trace/netfilter.ts';
import { btfOf } from '../../fixtures/bpf.ts';
import { packetEvent } from '../../fixtures/packets.ts';

const BASE = 0x10n;
const TABLE = 0x20n;
const chains = new Map([
  [BASE, { table: 'guard', chain: 'base' }],
  [TABLE, { table: 'filter', chain: '' }],
]);

const say = (overrides: Partial<PacketEvent>) =>
  netfilter(packetEvent(overrides), (address) => chains.get(address) ?? null);

test('elsewhere there is nothing to say', () => {
  assert.equal(say({ nfHook: 0, place: BASE, verdict: 1 }), null);
});

test('a chain of nftables, a table of iptables whose chains are the hooks, and a hook alone', () => {
  assert.deepEqual(
    [
      say({ nfHook: 2, place: BASE, verdict: 0 }),
      say({ nfHook: 4, place: TABLE, verdict: 1 }),
      say({ nfHook: 1, place: 0n, verdict: 2 }),
      say({ nfHook: 3, place: 0x30n, verdict: 3 }),
    ],
    [
      { hook: 'input', table: 'guard', chain: 'base', verdict: 'drop' },
      { hook: 'output', table: 'filter', chain: 'OUTPUT', verdict: 'accept' },
      { hook: 'prerouting', table: null, chain: null, verdict: 'stolen' },
      { hook: 'forward', table: null, chain: null, verdict: 'queue' },
    ],
  );
});

test('hooks and verdicts have the names and the numbers that the programs give them', () => {
  const btf = btfOf('trace');
  const hooks = [...btf.enumeration('nf_place')].filter(([, nfHook]) => nfHook > 0);
  const verdicts = [...btf.enumeration('nf_verdict')];
  assert.deepEqual(
    hooks.map(([, nfHook]) => say({ nfHook })?.hook),
    hooks.map(([name]) => name.slice('NF_'.length).toLowerCase()),
  );
  assert.deepEqual(
    verdicts.map(([, verdict]) => say({ nfHook: 1, verdict })?.verdict),
    verdicts.map(([name]) => name.slice('NF_'.length).toLowerCase()),
  );
});
