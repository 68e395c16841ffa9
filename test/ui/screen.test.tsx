import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { render } from 'ink';
import { NO_FILTER } from '../../src/filter/filter.ts';
import type { Answer } from '../../src/model/question.ts';
import { FrameSink } from '../../src/terminal/sink.ts';
import { monochrome } from '../../src/text/theme.ts';
import { Screen } from '../../src/ui/screen.tsx';
import { createUiStore } from '../../src/ui/store.ts';
import { Session } from '../fixtures/session.ts';

/** The sink paints at most so often. */
const FRAME_MS = 16;

/** Counts the frames that Ink draws. */
class CountedSink extends FrameSink {
  frames = 0;

  override write(frame: string, encoding?: unknown, callback?: unknown): boolean {
    this.frames++;
    return super.write(frame, encoding, callback);
  }
}

/** A terminal that takes everything. */
class Taken extends EventEmitter {
  readonly writableNeedDrain = false;
  bytes = 0;

  write(text: string): boolean {
    this.bytes += text.length;
    return true;
  }
}

function shown(t: TestContext) {
  const size = { columns: 100, rows: 30 };
  const { state } = new Session(size);
  const store = createUiStore(state, () => NO_FILTER);
  const output = new Taken();
  const sink = new CountedSink(output as never, size);
  const stdout = sink as unknown as NodeJS.WriteStream;
  const app = render(<Screen store={store} theme={monochrome} />, {
    stdout,
    debug: true,
    patchConsole: false,
  });
  t.after(() => app.unmount());
  const answer = async (change: (answer: Answer) => void) => {
    const next = structuredClone(state.answer ?? assert.fail());
    change(next);
    const before = { frames: sink.frames, bytes: output.bytes };
    store.dispatch({ type: 'answer', answer: next });
    await wait(2 * FRAME_MS);
    return { frames: sink.frames - before.frames, bytes: output.bytes - before.bytes };
  };
  return answer;
}

test('an answer that changes no line is no frame and not a byte to the terminal', async (t) => {
  const answer = shown(t);
  assert.deepEqual(await answer(() => {}), { frames: 0, bytes: 0 });
  const beyond = await answer(({ status }) => {
    status.uptimeSeconds += 0.001;
    status.events++;
  });
  assert.deepEqual(beyond, { frames: 0, bytes: 0 });
});

test('one line that changed is one frame, and that line to the terminal', async (t) => {
  const answer = shown(t);
  const { frames, bytes } = await answer(({ status }) => {
    status.uptimeSeconds += 100_000;
  });
  assert.equal(frames, 1);
  assert.ok(bytes > 0 && bytes < 400, `${bytes} bytes`);
});
