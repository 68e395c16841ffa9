import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { RESET } from '../../../src/abi/life.ts';
import { endingOf, toEnding } from '../../../src/capture/ledger/ending.ts';
import { newSocket } from '../../../src/capture/ledger/socket.ts';
import type { EndSample } from '../../../src/capture/records/life-record.ts';
import { ESTABLISHED, SYN_SENT } from '../../../src/capture/records/states.ts';
import { parseAddress } from '../../../src/filter/address.ts';
import { closing } from '../../fixtures/lives.ts';
import { curl, sample } from '../../fixtures/samples.ts';

const {
  EACCES,
  EADDRNOTAVAIL,
  ECONNREFUSED,
  ECONNRESET,
  EHOSTUNREACH,
  EINVAL,
  ENETDOWN,
  ENETUNREACH,
  ENOBUFS,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPERM,
  EPIPE,
  EPROTO,
  ETIMEDOUT,
} = constants.errno;
const [EHOSTDOWN, ENONET] = [112, 64];
const REASONS = (reason: number) => (reason === 11 ? 'TCP_ABORT_ON_CLOSE' : null);

function ending(oldState: number, overrides: Partial<EndSample>): string {
  const sample = {
    error: 0,
    reset: 0,
    reason: 0,
    unsent: false,
    icmp: null,
    ...overrides,
  };
  const { cause, resetBy, reason } = endingOf(sample, oldState, REASONS);
  return [cause, resetBy, reason].filter((part) => part !== null).join(', ');
}

test('why a connection was not made', () => {
  const cases: [expected: string, sample: Partial<EndSample>][] = [
    ['refused, far end', { error: ECONNREFUSED, reset: RESET.received }],
    ['refused, ICMP port unreachable', { error: ECONNREFUSED }],
    ['timed out', { error: ETIMEDOUT }],
    ['unreachable, EHOSTUNREACH', { error: EHOSTUNREACH }],
    ['unreachable, ENETUNREACH', { error: ENETUNREACH }],
    ['unreachable, ENETUNREACH', { error: ENETUNREACH, unsent: true }],
    ['unreachable, EACCES', { error: EACCES, unsent: true }],
    ['unreachable, EPERM', { error: EPERM, unsent: true }],
    ['unreachable, ENETDOWN', { error: ENETDOWN, unsent: true }],
    ['unreachable, ENOPROTOOPT', { error: ENOPROTOOPT }],
    ['unreachable, EOPNOTSUPP', { error: EOPNOTSUPP }],
    ['unreachable, EHOSTDOWN', { error: EHOSTDOWN }],
    ['unreachable, ENONET', { error: ENONET }],
    ['failed, EINVAL', { error: EINVAL, unsent: true }],
    ['failed, ENOBUFS', { error: ENOBUFS, unsent: true }],
    ['reset, far end', { error: ECONNRESET, reset: RESET.received }],
    ['given up', {}],
    ['failed', { unsent: true }],
    ['failed, EADDRNOTAVAIL', { error: EADDRNOTAVAIL, unsent: true }],
    ['given up, this end', { reset: RESET.sent }], // it answered a wrong SYN-ACK before
  ];
  assert.deepEqual(
    cases.map(([, sample]) => ending(SYN_SENT, sample)),
    cases.map(([expected]) => expected),
  );
});

test('why a connection ended', () => {
  const cases: [expected: string, sample: Partial<EndSample>][] = [
    ['closed', {}],
    ['reset, far end', { error: ECONNRESET, reset: RESET.received }],
    ['reset, far end', { error: EPIPE, reset: RESET.received }],
    ['reset, this end, TCP_ABORT_ON_CLOSE', { reset: RESET.sent, reason: 11 }],
    ['reset, this end, 99', { reset: RESET.sent, reason: 99 }],
    ['timed out, this end', { error: ETIMEDOUT, reset: RESET.sent }],
    ['unreachable, EHOSTUNREACH', { error: EHOSTUNREACH }],
  ];
  assert.deepEqual(
    cases.map(([, sample]) => ending(ESTABLISHED, sample)),
    cases.map(([expected]) => expected),
  );
});

function icmp(family: 4 | 6, type: number, code: number, from = '192.0.2.2') {
  return { family, type, code, sender: parseAddress(from) ?? assert.fail() };
}

test('an ICMP message is called by its name', () => {
  const cases: [expected: string, oldState: number, sample: Partial<EndSample>][] = [
    ['refused, ICMP port unreachable', SYN_SENT, { error: ECONNREFUSED, icmp: icmp(4, 3, 3) }],
    ['unreachable, ICMP host prohibited', SYN_SENT, { error: EHOSTUNREACH, icmp: icmp(4, 3, 10) }],
    ['unreachable, ICMP time exceeded in transit', SYN_SENT, { error: EHOSTUNREACH, icmp: icmp(4, 11, 0) }],
    ['unreachable, ICMP parameter problem', SYN_SENT, { error: EPROTO, icmp: icmp(4, 12, 0) }],
    ['unreachable, ICMPv6 reject route', SYN_SENT, { error: EACCES, icmp: icmp(6, 1, 6) }],
    ['unreachable, ICMPv6 type 1 code 9', SYN_SENT, { error: EACCES, icmp: icmp(6, 1, 9) }],
    ['unreachable, ICMP port unreachable', ESTABLISHED, { error: ECONNREFUSED, icmp: icmp(4, 3, 3) }],
  ];
  assert.deepEqual(
    cases.map(([, state, overrides]) => ending(state, overrides)),
    cases.map(([expected]) => expected),
  );
});

test('what this machine did to its own packets is told from what others answered', () => {
  const socket = {
    ...newSocket(sample(1, curl), false, 1e9),
    source: parseAddress('192.0.2.1') ?? assert.fail(),
  };
  const dropped = (reason: string, netns = socket.netns) => ({
    reason,
    place: null,
    segments: 1,
    netns,
    inferred: false,
  });
  const reason = (overrides: Partial<EndSample>, drop: ReturnType<typeof dropped> | null) => {
    const end = closing({ oldState: SYN_SENT, ...overrides });
    const told = endingOf(end, SYN_SENT, REASONS);
    const closed = { ...end, number: 0, told, drop, soughtNs: 0 };
    const { reason, resetBy, drop: shown } = toEnding(closed, socket, 9e9);
    return [reason, resetBy, shown?.reason ?? null];
  };
  const own = { error: EHOSTUNREACH, icmp: icmp(4, 3, 1, '192.0.2.1') };
  const reset = { error: ECONNREFUSED, reset: RESET.received };
  assert.deepEqual(
    [
      reason(own, dropped('NEIGH_FAILED')),
      reason(own, dropped('NETFILTER_DROP')),
      reason(own, null),
      reason({ ...own, icmp: icmp(4, 3, 10, '192.0.2.1') }, null),
      reason({ ...own, icmp: icmp(4, 3, 10) }, dropped('NETFILTER_DROP', 5)),
      reason(reset, null),
      reason(reset, dropped('NETFILTER_DROP', 5)),
      reason(reset, dropped('NETFILTER_DROP')),
    ],
    [
      ['neighbour not found: ICMP host unreachable', null, 'NEIGH_FAILED'],
      ['rejected by a rule on this machine: ICMP host unreachable', null, 'NETFILTER_DROP'],
      ['ICMP host unreachable by this machine: neighbour not found, or a rule', null, null],
      ['ICMP host prohibited by this machine: a rule', null, null],
      ['ICMP host prohibited', null, 'NETFILTER_DROP'],
      [null, 'far end', null],
      [null, 'far end', null],
      ['rejected by a rule on this machine', 'this end', 'NETFILTER_DROP'],
    ],
  );
});
