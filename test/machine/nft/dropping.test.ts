import assert from 'node:assert/strict';
import { test } from 'node:test';
import { droppingRule } from '../../../src/machine/nft/dropping.ts';
import { readRuleset } from '../../../src/machine/nft/ruleset.ts';
import type { RulePacket } from '../../../src/model/dropping-rule.ts';
import { JSON_OF_NFT, LISTING_OF_NFT } from '../../fixtures/nft.ts';

const ruleset = readRuleset(JSON_OF_NFT, LISTING_OF_NFT);

const packet = (overrides: Partial<RulePacket> = {}): RulePacket => ({
  netns: 1,
  protocol: 6,
  source: '192.0.2.1',
  destination: '192.0.2.2',
  sourcePort: 40_000,
  destinationPort: 7777,
  interface: null,
  length: null,
  ...overrides,
});

/** Handle of the one, or how many. */
function found(overrides: Partial<RulePacket>) {
  const rule = droppingRule(ruleset, packet(overrides));
  return rule && [rule.candidates, rule.chain, rule.handle, rule.text];
}

test('on its way out: by a named set, by a set of ports in a chain that is jumped to', () => {
  const limited = 'meta l4proto tcp limit rate 1/second reject with tcp reset';
  const ports = 'tcp dport { 80, 443, 7000-8000 } counter drop comment "why"';
  const elsewhere = '198.51.100.7';
  assert.deepEqual(found({ protocol: 17, destination: elsewhere }), null);
  assert.deepEqual(found({ destination: elsewhere, destinationPort: 9 }), [1, 'c', 10, limited]);
  assert.deepEqual(found({ destination: elsewhere }), [1, 'sub', 6, ports]);
  assert.deepEqual(found({}), [2, null, null, null]); // the interface is not known there
});

test('on its way in: by a map, by several matches at once, by the policy', () => {
  const inward = { interface: 'cable', source: '198.51.100.7', destination: '192.0.2.1', length: 60 };
  const within = { ...inward, source: '10.1.2.3', destinationPort: 22, length: 600 };
  assert.deepEqual(found({ ...inward, destinationPort: 23 }), [
    1,
    'd',
    12,
    'tcp dport vmap { 22 : accept, 23 : drop }',
  ]);
  // the map accepts 22, so that it was on its way out
  assert.equal(found(within)?.[1], 'c');
  const udp = { ...within, protocol: 17, destinationPort: 24 };
  assert.deepEqual(found(udp), [1, 'd', null, 'policy drop']);
  assert.deepEqual(found({ ...udp, interface: 'lo' }), null);
  const six = { ...inward, source: '2001:db8::1', destination: '2001:db8::2', destinationPort: 80 };
  assert.deepEqual(found(six), [1, 'd', 15, 'ip6 nexthdr tcp drop']);
});

test('what nft prints and nettop does not know is no certain match, and no error', () => {
  const odd = {
    nftables: [
      { chain: { family: 'ip', table: 't', name: 'c', hook: 'output', prio: 0, policy: 'accept' } },
      {
        rule: {
          family: 'ip',
          table: 't',
          chain: 'c',
          handle: 1,
          expr: [{ match: { op: '==', left: { fib: {} }, right: { concat: [1, 'x'] } } }, { drop: null }],
        },
      },
      {
        rule: {
          family: 'ip',
          table: 't',
          chain: 'c',
          handle: 2,
          expr: [{ xt: { name: 'u32' } }, { drop: null }],
        },
      },
    ],
  };
  const rule = droppingRule(readRuleset(JSON.stringify(odd), ''), packet());
  assert.deepEqual(rule, {
    candidates: 2,
    family: 'ip',
    table: 't',
    chain: 'c',
    handle: null,
    text: null,
    inferred: true,
  });
  assert.equal(droppingRule(readRuleset('{}', ''), packet()), null);
});
