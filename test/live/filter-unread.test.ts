import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { Capture } from '../../src/capture/capture.ts';
import { complete } from '../../src/capture/sweep/work.ts';
import { questionOf } from '../fixtures/question.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';

const connections = { sort: 'rate', descending: true, rows: 100_000, cursor: null };

test(
  'a filter that cannot be read any more shows no row and says why; the next one is in force again',
  live(async (t) => {
    const server = await startPeer(t);
    const port = await server.ask('listen', '127.0.0.1', 'echo');
    const options = { attach: 'tracepoint', rateLimit: 0, rawHeaders: false, kernelStack: false } as const;
    const capture = new Capture({ ...options, ringBytes: 1 << 20, eventBytes: 4096, points: TRACE_POINTS });
    t.after(() => capture.stop());
    const rowsFor = (filter: string) => {
      capture.ask(questionOf({ filter, views: { connections } }));
      complete(capture.tick());
      const { status, connections: view } = capture.answer();
      return { warnings: status.warnings.filter((text) => text.includes('filter:')), rows: view?.total };
    };
    assert.deepEqual(rowsFor('netns such-a-one-is-gone'), {
      warnings: [
        'no row is shown: filter: netns "such-a-one-is-gone" is not a number from 0 to 4294967295, ' +
          'or the name of a network namespace (at column 7)',
      ],
      rows: 0,
    });
    const again = rowsFor(`port ${port}`);
    assert.deepEqual(again.warnings, []);
    assert.ok((again.rows ?? 0) > 0);
  }),
);
