import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange } from '../../../src/capture/exchanges/exchange.ts';
import { TALKER } from '../../fixtures/talker.ts';

test('an exchange that is used again is as a new one in each of its members', () => {
  const used = new Exchange('http', { ...TALKER }, true, 1e9, 7);
  for (const name of Object.keys(used)) Object.assign(used, { [name]: 'of the one before' });
  const again = used.renew('redis', TALKER, false, 2e9, null);
  assert.equal(again, used);
  assert.deepEqual(again, new Exchange('redis', TALKER, false, 2e9, null));
});
