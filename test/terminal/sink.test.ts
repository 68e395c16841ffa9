import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { FrameSink } from '../../src/terminal/sink.ts';

class FakeOutput extends EventEmitter {
  writableNeedDrain = false;
  written: string[] = [];
  write(text: string): boolean {
    this.written.push(text);
    this.emit('written');
    return true;
  }
}

const size = { columns: 10, rows: 3 };
/** So many writes; on a busy machine the second may be due at once. */
async function writes(output: FakeOutput, count: number): Promise<void> {
  while (output.written.length < count) await new Promise((resolve) => output.once('written', resolve));
}

test('the first frame is painted whole, the next only where it differs', async () => {
  const output = new FakeOutput();
  const sink = new FrameSink(output as never, size);
  sink.write('a\nb\nc');
  sink.write('a\nB\nc');
  await writes(output, 2);
  assert.deepEqual(output.written, [
    '\x1b[?2026h\x1b[m\x1b[1;1H\x1b[2Ka\x1b[2;1H\x1b[2Kb\x1b[3;1H\x1b[2Kc\x1b[m\x1b[?2026l',
    '\x1b[?2026h\x1b[m\x1b[2;1H\x1b[2KB\x1b[m\x1b[?2026l',
  ]);
});

test('a terminal that does not keep up gets the newest frame alone', () => {
  const output = new FakeOutput();
  const sink = new FrameSink(output as never, size);
  output.writableNeedDrain = true;
  for (const frame of ['one', 'two', 'three']) sink.write(frame);
  assert.deepEqual(output.written, []);
  output.writableNeedDrain = false;
  output.emit('drain');
  assert.equal(output.written.length, 1);
  assert.match(output.written[0] ?? '', /three/);
});

test('nothing is painted while the terminal belongs to someone else', () => {
  const output = new FakeOutput();
  const sink = new FrameSink(output as never, size);
  sink.pause();
  sink.write('hidden');
  sink.write('\x1b[?25h');
  sink.write('');
  assert.deepEqual(output.written, []);
  sink.resume();
  assert.match(output.written.join(''), /hidden/);
});

test('Ink is told that its text was written', async () => {
  const sink = new FrameSink(new FakeOutput() as never, size);
  await new Promise<void>((resolve) => sink.write('', resolve));
  await new Promise<void>((resolve) => sink.write('x', 'utf8', resolve));
});

test('after a new size nothing that was laid out for the old one is painted', () => {
  const output = new FakeOutput();
  const sink = new FrameSink(output as never, size);
  sink.write('1\n2\n3');
  sink.write('held\nback\n!');
  output.written = [];
  sink.resize({ columns: 5, rows: 2 });
  sink.repaint();
  assert.deepEqual(output.written, []);
  sink.write('a\nb');
  sink.repaint();
  // once, or twice where a frame's time has passed before
  const painted = [...new Set(output.written)];
  assert.deepEqual(painted, ['\x1b[?2026h\x1b[m\x1b[1;1H\x1b[2Ka\x1b[2;1H\x1b[2Kb\x1b[m\x1b[?2026l']);
});

test('a size that the terminal has and nobody told yet is seen before the frame is painted', () => {
  const output = new FakeOutput();
  let now = size;
  const sink: FrameSink = new FrameSink(output as never, size, () => sink.resize(now));
  now = { columns: 4, rows: 1 };
  sink.write('1\n2\n3');
  assert.deepEqual(output.written, []);
  sink.write('x');
  assert.ok(output.written.join().includes('\x1b[1;1H\x1b[2Kx\x1b[m'));
});
