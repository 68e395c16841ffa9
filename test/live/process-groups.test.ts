import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { until } from './until.ts';

const BYTES = 3_000_000;

test(
  'processes by name: three of a name are one line, with all that they moved',
  live(async (t) => {
    const receiver = await startPeer(t, { name: 'nt-receiver' });
    const port = await receiver.ask('listen', '127.0.0.1');
    const nettop = startNettop(t, [
      'processes',
      '--by',
      'name',
      '--json',
      '--interval',
      '200ms',
      'process nt-',
    ]);
    const last = (name: string) => nettop.groups.findLast((line) => line.name === name);
    await nettop.until('the receiver', () => last('nt-receiver') !== undefined);
    for (let count = 0; count < 3; count++) {
      const sender = await startPeer(t, { name: 'nt-sender' });
      await sender.ask('connect', '127.0.0.1', port);
      await sender.ask('send', BYTES);
    }
    await until('all bytes at the receiver', async () => (await receiver.ask('received')) === 3 * BYTES);
    await nettop.end();
    const moved = ['nt-receiver', 'nt-sender'].map((name) => {
      const { by, processes, receiveBytes, transmitBytes } = last(name) ?? assert.fail(name);
      return [by, processes, receiveBytes, transmitBytes];
    });
    assert.deepEqual(moved, [
      ['name', 1, 3 * BYTES, 0],
      ['name', 3, 0, 3 * BYTES],
    ]);
  }),
);
