import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt, isAttempt } from '../../../src/capture/ledger/attempt.ts';
import { Endings } from '../../../src/capture/ledger/endings.ts';
import { CLOSE, SYN_SENT } from '../../../src/capture/records/states.ts';
import { connectionRow } from '../../../src/views/connections/rows.ts';
import { ledgerOf } from '../../fixtures/ledger.ts';
import { closing, lifeSample } from '../../fixtures/lives.ts';
import { curl, sample } from '../../fixtures/samples.ts';

const unsent = { oldState: SYN_SENT, unsent: true, closedNs: 9e9 };

test('an attempt had no SYN, and its socket no state', () => {
  const life = lifeSample([[SYN_SENT, 8e9]]);
  const closings = [closing(unsent), closing({ ...unsent, life }), closing()];
  assert.deepEqual(closings.map(isAttempt), [true, false, false]);
});

test('a row with the process that tried, beside the connection that its socket is by now', () => {
  const ledger = ledgerOf(sample(1, { ...curl, openedNs: 9.5e9, rxBytes: 700 }));
  const last = sample(1, { ...curl, openedNs: 9e9, state: CLOSE, rxBytes: 0, txBytes: 0 });
  const socket = attempt(last, ledger.people);
  const endings = new Endings(() => null);
  endings.add(socket, closing(unsent));
  const { process, rxBytes, txBytes, tcp, life, ending, ageSeconds } = connectionRow(socket, 10e9);
  const drop = null;
  assert.deepEqual(
    { process, rxBytes, txBytes, tcp, life, ending, ageSeconds },
    {
      process: 'curl',
      rxBytes: 0,
      txBytes: 0,
      tcp: null,
      life: null,
      ending: {
        cause: 'failed',
        resetBy: null,
        reason: null,
        error: null,
        icmp: null,
        route: null,
        drop,
        secondsAgo: 1,
      },
      ageSeconds: 0,
    },
  );
  assert.equal(endings.keyOf(socket, ledger.sockets.has(1)), '1.0');
  assert.equal(ledger.sockets.get(1)?.rxBytes, 700);
});
