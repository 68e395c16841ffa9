import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amplification } from '../../../src/model/alerts/kinds/amplification.ts';
import { NO_FIGURES, NO_LOOK, netLook, socketLook } from '../../fixtures/looks.ts';

const ASKED_BYTES = 20;
const SAID_BYTES = 1400;

test('what an amplifier says at last is its own, however few datagrams that are in a second', () => {
  const kind = amplification();
  let sent = 0;
  let before = NO_FIGURES;
  const look = (datagrams: number, isOn: boolean) => {
    sent += datagrams;
    const now = { ...NO_FIGURES, udp: { ...NO_FIGURES.udp, sent } };
    const flow = {
      ...socketLook({ localPort: 11211 }),
      rxBytes: sent * ASKED_BYTES,
      txBytes: sent * SAID_BYTES,
    };
    const nets = [netLook(now, before)];
    before = now;
    return kind
      .see({ ...NO_LOOK, nets, flows: () => [flow] }, () => isOn)
      .map(({ evidence }) => evidence.sentBytes);
  };
  assert.deepEqual(look(3, false), []);
  assert.deepEqual(look(100, false), [], 'the first look of the socket has nothing to compare it with');
  assert.deepEqual(look(100, false), [203 * SAID_BYTES]);
  assert.deepEqual(look(0, true), []);
  assert.deepEqual(look(3, true), [206 * SAID_BYTES]);
});
