import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLife } from '../../src/views/connections/life-rows.ts';
import { lifeSample } from '../fixtures/lives.ts';

const [ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, CLOSE] = [1, 2, 3, 4, 7];

test('an open connection: the last state lasts', () => {
  const sample = lifeSample(
    [
      [SYN_SENT, 1_000_000],
      [ESTABLISHED, 3_500_000],
      [FIN_WAIT1, 9_000_000],
    ],
    { handshakeRetransmits: 2 },
  );
  assert.deepEqual(toLife(sample, 9_250_000), {
    states: [
      { state: 'SYN_SENT', us: 2500 },
      { state: 'ESTABLISHED', us: 5500 },
      { state: 'FIN_WAIT1', us: 250 },
    ],
    connectUs: 2500,
    acceptUs: null,
    acceptAtMost: false,
    synRetransmits: 2,
  });
});

test('an accepted connection has a time to accept and none to connect', () => {
  const accepted = { acceptedNs: 2_000_000, acceptedLate: true };
  const sample = lifeSample(
    [
      [SYN_RECV, 1_000_000],
      [ESTABLISHED, 1_500_000],
    ],
    accepted,
  );
  const { connectUs, acceptUs, acceptAtMost } = toLife(sample, 3_000_000) ?? assert.fail();
  assert.deepEqual(
    { connectUs, acceptUs, acceptAtMost },
    { connectUs: null, acceptUs: 500, acceptAtMost: true },
  );
});

test('a failed connection: the time until it failed; none known: none told', () => {
  const failed = lifeSample([
    [SYN_SENT, 1_000_000],
    [CLOSE, 4_000_000],
  ]);
  assert.deepEqual(
    [failed, lifeSample([[SYN_SENT, 1_000_000]]), null].map((sample) => toLife(sample, 4_000_000)?.connectUs),
    [3000, null, undefined],
  );
});
