import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { record } from '../fixtures/record.ts';
import { decodeLog, encodeLog } from '../fixtures/recording.ts';
import { replayed } from '../fixtures/watch.ts';
import { live } from './nettop.ts';
import { startTalk } from './talk.ts';

test(
  'what was recorded shows the same frames again, cell by cell',
  live(async (t) => {
    await startTalk(t);
    const { entries, frames } = await record(new RunningMachine(), () => true);
    assert.match(frames.at(-1) ?? '', /Processes/);
    assert.deepEqual(replayed(decodeLog(encodeLog(entries))), frames);
  }),
);
