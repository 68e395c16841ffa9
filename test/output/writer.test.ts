import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { LineWriter } from '../../src/output/writer.ts';

/** Other work of this thread. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a reader is not given up while the writer itself is busy', async () => {
  const reader = spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
  const writer = new LineWriter(reader.stdin);
  const all = Array.from({ length: 40_000 }, (_, number) => `${number} ${'x'.repeat(100)}`);
  const written = writer.lines(all);
  await new Promise(setImmediate); // a part is in the pipe, which is full
  void writer.endsWhenStill(200);
  busy(300);
  await written;
  await writer.end();
  reader.stdin.end();
  assert.deepEqual(
    { written: writer.written, unwritten: writer.unwritten },
    { written: 40_000, unwritten: 0 },
  );
});
