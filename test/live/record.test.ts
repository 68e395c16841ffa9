import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { record } from '../fixtures/record.ts';
import { decodeLog, encodeLog } from '../fixtures/recording.ts';
import { replayed } from '../fixtures/watch.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';

test(
  'what was recorded shows the same frames again, cell by cell',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const port = await server.ask('listen', '127.0.0.1', 'echo');
    await client.ask('connect', '127.0.0.1', port);
    client.ask('converse', 1_000_000, 100).catch(() => {}); // ends with the test
    const { entries, frames } = await record(new RunningMachine(), () => true);
    assert.match(frames.at(-1) ?? '', /Processes/);
    assert.deepEqual(replayed(decodeLog(encodeLog(entries))), frames);
  }),
);
