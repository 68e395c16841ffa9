import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { endingOf } from '../src/capture/sockets/ending.ts';
import { type EndSample, RESET_RECEIVED, RESET_SENT } from '../src/capture/sockets/life-record.ts';
import { ESTABLISHED, SYN_SENT } from '../src/capture/sockets/states.ts';

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
  ETIMEDOUT,
} = constants.errno;
const [EHOSTDOWN, ENONET] = [112, 64];
const REASONS = new Map([[11, 'TCP_ABORT_ON_CLOSE']]);

function ending(oldState: number, overrides: Partial<EndSample>): string {
  const sample = { error: 0, reset: 0, reason: 0, unsent: false, ...overrides };
  const { cause, resetBy, reason } = endingOf(sample, oldState, REASONS);
  return [cause, resetBy, reason].filter((part) => part !== null).join(', ');
}

test('why a connection was not made', () => {
  const cases: [expected: string, sample: Partial<EndSample>][] = [
    ['refused, far end', { error: ECONNREFUSED, reset: RESET_RECEIVED }],
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
    ['reset, far end', { error: ECONNRESET, reset: RESET_RECEIVED }],
    ['given up', {}],
    ['failed', { unsent: true }],
    ['failed, EADDRNOTAVAIL', { error: EADDRNOTAVAIL, unsent: true }],
    ['given up, this end', { reset: RESET_SENT }], // it answered a wrong SYN-ACK before
  ];
  assert.deepEqual(
    cases.map(([, sample]) => ending(SYN_SENT, sample)),
    cases.map(([expected]) => expected),
  );
});

test('why a connection ended', () => {
  const cases: [expected: string, sample: Partial<EndSample>][] = [
    ['closed', {}],
    ['reset, far end', { error: ECONNRESET, reset: RESET_RECEIVED }],
    ['reset, far end', { error: EPIPE, reset: RESET_RECEIVED }],
    ['reset, this end, TCP_ABORT_ON_CLOSE', { reset: RESET_SENT, reason: 11 }],
    ['reset, this end, 99', { reset: RESET_SENT, reason: 99 }],
    ['timed out, this end', { error: ETIMEDOUT, reset: RESET_SENT }],
    ['unreachable, EHOSTUNREACH', { error: EHOSTUNREACH }],
  ];
  assert.deepEqual(
    cases.map(([, sample]) => ending(ESTABLISHED, sample)),
    cases.map(([expected]) => expected),
  );
});
