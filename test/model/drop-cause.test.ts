import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Circumstances, findCause } from '../../src/model/drop-cause.ts';

function cause(overrides: Partial<Circumstances>): string | null {
  const known: Circumstances = {
    reason: 'NOT_SPECIFIED',
    place: 'ip_rcv_finish_core+0x25b',
    protocol: 'udp',
    source: '10.0.0.1',
    destination: '10.0.0.2',
    isMulticast: false,
    isBroadcast: false,
    isUntracked: false,
    conntrack: null,
    ...overrides,
  };
  return findCause(known)?.cause ?? null;
}

const full = { refused: 3, notInserted: 0, untracked: 3, entries: 100, limit: 100 };

test('where the kernel names no reason, the place and the packet tell', () => {
  assert.deepEqual(
    [
      cause({ isMulticast: true }),
      cause({ place: 'ip6_mc_input+0x15e', isMulticast: true }),
      cause({ place: '__udp4_lib_rcv+0xbbf', isBroadcast: true }),
      cause({ place: '__udp6_lib_rcv+0xa21', isMulticast: true }),
      cause({ reason: null, source: '127.0.0.1' }),
      cause({ reason: null, source: '224.0.0.1' }),
      cause({ destination: '127.0.0.1' }),
      cause({}),
      cause({ place: 'igmp_rcv+0x10', isMulticast: true }),
    ],
    [
      'multicast not joined',
      'multicast not joined',
      'no receiver of the group',
      'no receiver of the group',
      'martian source',
      'martian source',
      'loopback from outside',
      'no route for it',
      'IGMP, done with',
    ],
  );
});

test('nothing is inferred where the kernel names a reason, or nothing is known', () => {
  assert.equal(cause({ reason: 'IP_RPFILTER' }), null);
  assert.equal(cause({ place: 'somewhere+0x1' }), null);
  assert.equal(cause({ place: null }), null);
  assert.equal(cause({ place: '__udp4_lib_rcv+0x4bc' }), null);
});

test('netfilter: a rule and conntrack are told apart by what conntrack refused meanwhile', () => {
  const netfilter = (overrides: Partial<Circumstances>) =>
    cause({ reason: 'NETFILTER_DROP', place: 'nf_hook_slow+0x7d', ...overrides });
  assert.equal(netfilter({ isUntracked: true, conntrack: full }), 'conntrack table full');
  assert.equal(netfilter({ isUntracked: true, conntrack: { ...full, limit: 500 } }), 'conntrack refused it');
  assert.equal(netfilter({ isUntracked: true, conntrack: { ...full, refused: 0 } }), null);
  assert.equal(netfilter({ conntrack: full }), null, 'it has an entry: a rule dropped it');
  assert.equal(netfilter({ conntrack: { ...full, notInserted: 2 } }), 'rule, or conntrack clash');
  const known = {
    reason: 'NETFILTER_DROP',
    place: 'nf_hook_slow+0x7d',
    protocol: '',
    source: '',
    destination: '',
  };
  const some = { isMulticast: false, isBroadcast: false, isUntracked: true };
  const told = findCause({ ...known, ...some, conntrack: { ...full, untracked: 5 } });
  assert.match(
    told?.advice ?? '',
    /table is full \(100 of 100 entries\).* 3 of 5 drops; a rule before it the others\.$/,
  );
});
