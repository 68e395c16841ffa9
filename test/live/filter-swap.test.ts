import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { Capture } from '../../src/capture/capture.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { PacketRow } from '../../src/model/model.ts';
import type { Question } from '../../src/model/question.ts';
import { ALL_TRACED, questionOf } from '../fixtures/question.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { until } from './until.ts';

const SWAPS = 100;

function question(filter: string): Question {
  return questionOf({ filter: parseFilter(filter), views: { trace: ALL_TRACED } });
}

test(
  'a filter that is swapped while packets flow: from the next event on only what the new one accepts',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const ports: number[] = [];
    for (let n = 0; n < 2; n++) {
      const port = await server.ask('listen', '127.0.0.1', 'echo');
      const talker = n === 0 ? client : await startPeer(t);
      await talker.ask('connect', '127.0.0.1', port);
      talker.ask('converse', 1_000_000, 10).catch(() => {}); // ends with the test
      ports.push(port);
    }
    const options = { attach: 'tracepoint', rateLimit: 0, rawHeaders: false, kernelStack: false } as const;
    const capture = new Capture(
      { ...options, ringBytes: 1 << 20, eventBytes: 4096, points: TRACE_POINTS },
      new RunningMachine(),
    );
    t.after(() => capture.stop());
    capture.ask(question(`tcp and port ${ports[1]}`));
    capture.drain();
    capture.take('trace', ALL_TRACED.rows);

    const strangers: PacketRow[] = [];
    for (let swap = 0; swap < SWAPS; swap++) {
      const port = ports[swap % 2] ?? 0;
      capture.ask(question(`tcp and port ${port}`)); // the swap is done when this returns
      const mine = (row: PacketRow) => row.sourcePort === port || row.destinationPort === port;
      const rows: PacketRow[] = [];
      await until(`packets of port ${port}`, () => {
        capture.drain();
        rows.push(...capture.take('trace', ALL_TRACED.rows));
        return rows.filter(mine).length > 10;
      });
      strangers.push(...rows.filter((row) => !mine(row)));
    }
    assert.deepEqual(strangers, []);
  }),
);
