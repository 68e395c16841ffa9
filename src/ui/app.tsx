import { render } from 'ink';
import { drawWholeLines } from '../../components/whole-lines.ts';
import { UsageError } from '../errors.ts';
import type { Filter } from '../filter/filter.ts';
import type { Source } from '../model/question.ts';
import type { Privacy } from '../private/privacy.ts';
import { createKeyReader } from '../terminal/keyreader.ts';
import { HANGUP, watchSignals } from '../terminal/signals.ts';
import { FrameSink, type ScreenSize } from '../terminal/sink.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { colors, monochrome } from '../text/theme.ts';
import { inputOf } from './input.ts';
import { question } from './question.ts';
import type { Recorder } from './recording.ts';
import { Screen } from './screen.tsx';
import { type FilterReader, initialState, type UiOptions } from './state.ts';
import { createUiStore, type UiStore } from './store.ts';

export interface RunUi {
  source: Source;
  options: UiOptions & {
    color: boolean;
    /** Ends by itself after so many milliseconds. */
    duration?: number;
  };
  /** Throws a UsageError for text that is no filter. */
  readFilter(text: string): Filter;
  /** Makes recordings; absent: what is shown is one. */
  recorder?: Recorder;
  /** Called when there is something to see. */
  opened?(): void;
  /** Resolves when the screen is to end by itself. */
  over?: Promise<void>;
}

function readerOf(readFilter: RunUi['readFilter']): FilterReader {
  return (text) => {
    try {
      return readFilter(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const at = 'at' in error && typeof error.at === 'number' ? error.at : 0;
      return { message: error.message, at };
    }
  };
}

/** Asks the source whenever the question has changed; all keys of one chunk make one question. */
function askOnChange(store: UiStore, source: Source): void {
  let asked = '';
  let scheduled = false;
  const ask = () => {
    scheduled = false;
    const next = question(store.getState());
    const text = JSON.stringify(next);
    if (text !== asked) source.ask(next);
    asked = text;
  };
  store.subscribe(() => {
    if (!scheduled) queueMicrotask(ask);
    scheduled = true;
  });
  ask();
}

/** Begins and ends recordings as the state says. */
function recordOnChange(store: UiStore, recorder: Recorder): () => void {
  return store.subscribe(({ recording }, { recording: before }) => {
    if (recording && !before)
      recorder.start(recording.filter, (told) => store.dispatch({ type: 'recording', told }));
    else if (recording?.isEnding && !before?.isEnding) recorder.stop();
  });
}

interface Keyboard {
  store: UiStore;
  hide(): void;
  quit(): void;
  suspend(): void;
  repaint(): void;
}

function keyListener({ store, hide, quit, suspend, repaint }: Keyboard): (chunk: string) => void {
  return createKeyReader((key) => {
    const input = inputOf(store.getState(), key);
    if (input.command === 'quit') quit();
    else if (input.command === 'suspend') suspend();
    else if (input.command === 'repaint') repaint();
    else if (input.command === 'private') hide();
    else store.dispatch({ type: 'input', ...input });
  });
}

/** What has the same pseudonyms each time; without them a screen does without what makes them. */
function hiding(store: UiStore): () => Promise<void> {
  let { privacy: known }: { privacy: Privacy | null } = store.getState();
  return async () => {
    known ??= new (await import('../private/privacy.ts')).Privacy();
    store.dispatch({ type: 'privacy', privacy: known });
  };
}

const screenSize = (): ScreenSize => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
});

/**
 * Node learns a new size by a signal, for which it has time only after what it does now; here it asks the
 * terminal, by a method of its own. Where a Node has none, the signal comes later.
 */
function lookAtSize(): void {
  (process.stdout as { _refreshSize?(): void })._refreshSize?.();
}

/** The whole job stops, as it does for a terminal's own suspend key: sudo and npm wait with nettop. */
const suspendJob = () => process.kill(0, 'SIGTSTP');

/** The end of the run: an exit code, or the error that caused it. */
class Ending {
  readonly reached: Promise<number>;
  resolve: (exitCode: number) => void = () => {};
  reject: (error: Error) => void = () => {};

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Draws the store until stop(); a component that throws is reported once. */
function draw(store: UiStore, sink: FrameSink, color: boolean, onError: (error: Error) => void): () => void {
  drawWholeLines();
  const ink = render(<Screen store={store} theme={color ? colors : monochrome} />, {
    stdout: sink as unknown as NodeJS.WriteStream,
    // Each frame comes whole; what reaches the terminal is the sink's work.
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  ink.waitUntilExit().catch(onError);
  return () => {
    sink.pause();
    ink.unmount();
  };
}

function readKeyboard(listener: (chunk: string) => void, onEnd: () => void): () => void {
  const { stdin } = process;
  // Either is a terminal that is gone, as after a lost ssh connection.
  stdin.setEncoding('utf8').on('data', listener).on('end', onEnd).on('error', onEnd).resume();
  return () => stdin.off('data', listener).off('end', onEnd).pause();
}

/** The way out of nettop's hold on the process: signals, stops, resizes. */
function watchProcess(store: UiStore, sink: FrameSink, terminal: Terminal, ending: Ending): () => void {
  const resized = () => {
    const size = screenSize();
    sink.resize(size);
    store.dispatch({ type: 'resize', ...size });
    sink.repaint();
  };
  const stopWatching = watchSignals({
    end: ending.resolve,
    fail: ending.reject,
    suspend() {
      sink.pause();
      terminal.leave();
      process.kill(process.pid, 'SIGSTOP');
    },
    resume() {
      terminal.enter();
      sink.resume();
      resized();
    },
    exit: terminal.leave,
  });
  const hungUp = () => ending.resolve(HANGUP); // EIO: nobody sees the screen any more
  process.stdout.on('resize', resized).on('error', hungUp);
  return () => {
    // The error listener stays: a write that is under way may still fail.
    process.stdout.off('resize', resized);
    stopWatching();
  };
}

/**
 * Shows the live screen until the user quits, the duration is over or a signal ends it; the source is stopped
 * then. Resolves to the exit code: 0, or 128 and the signal's number. Rejects with the error that ended it.
 * Either way the terminal is as it was before.
 */
export async function runUi(run: RunUi): Promise<number> {
  const { source, options, readFilter, recorder, opened, over } = run;
  const store = createUiStore(initialState(options, screenSize()), readerOf(readFilter));
  const sink = new FrameSink(process.stdout, screenSize(), lookAtSize);
  const terminal = createTerminal();
  const ending = new Ending();
  const undo: (() => void)[] = [];
  try {
    undo.push(watchProcess(store, sink, terminal, ending), terminal.leave);
    terminal.enter();
    undo.push(draw(store, sink, options.color, ending.reject));
    const quit = () => ending.resolve(0);
    const keyboard = { store, hide: hiding(store), quit, suspend: suspendJob, repaint: () => sink.repaint() };
    undo.push(readKeyboard(keyListener(keyboard), () => ending.resolve(HANGUP)));
    source.onAnswer((answer) => {
      if (store.getState().answer === null) opened?.();
      store.dispatch({ type: 'answer', answer });
    });
    void over?.then(quit);
    source.onFailure(ending.reject);
    undo.push(
      store.subscribe(({ copied }, before) => copied && copied !== before.copied && sink.copy(copied.text)),
    );
    if (recorder) undo.push(recordOnChange(store, recorder));
    askOnChange(store, source);
    const timer = options.duration === undefined ? undefined : setTimeout(quit, options.duration);
    undo.push(() => clearTimeout(timer));
    return await ending.reached;
  } finally {
    try {
      for (const step of undo.reverse()) step();
    } finally {
      await source.stop();
    }
  }
}
