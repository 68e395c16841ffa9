import { openSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import type { Options } from '../command/options.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Filter } from '../filter/filter.ts';
import { readFilter } from '../filter/parser.ts';
import { momentOf } from '../model/moment.ts';
import type { FrameFile } from '../record/file/frame-file.ts';
import { FramePipe } from '../record/file/frame-pipe.ts';
import type { Header } from '../record/file/header.ts';
import { ReplayRows } from '../record/replay-rows.ts';
import { type Film, ReplaySource } from '../record/replay-source.ts';
import type { RecordedRun } from './capture-file.ts';
import { say } from './context.ts';
import { privacyOf } from './privacy.ts';
import { damageLines, openRecording, recordedNames, recordingError } from './recordings.ts';

/** How long a reader that is behind is left alone. */
const BEHIND_MS = 5;

/**
 * A recording as rows and reports, with what a text run has to know of it. A pipe is waited for until it begins. Throws
 * a UsageError.
 */
export const openRows = async (file: string) =>
  rowsOf(file, file === '-' ? await begunPipe() : openRecording(file));

/** The same of one that is open; `file`: what it is called. */
export function rowsOf(file: string, frames: FramePipe | FrameFile) {
  const source = new ReplayRows(
    frames,
    async () => {
      await setImmediate();
      while (process.stdout.writableNeedDrain && !process.stdout.destroyed) await setTimeout(BEHIND_MS);
    },
    (error) => recordingError(file, error),
  );
  return {
    source,
    /** What a filter means in it. */
    meant: ({ text }: Filter) => readFilter(text, recordedNames(frames.header)),
    run: { over: source.over, nowUs: () => source.nowUs() },
    beganUs: source.beganUs,
    recorded(): RecordedRun {
      const { host, kernel } = frames.header ?? { host: '', kernel: '' };
      return { host, kernel, ownNetns: source.ownNetns, beganUs: source.beganUs };
    },
    /** Says what could not be read, and returns it. */
    end(): string[] {
      const { damage } = frames;
      const isCut = damage.isCut && frames.isAtEnd; // a reader that went away has not seen its end
      const lines = damageLines(file, { ...damage, isCut });
      for (const line of lines) say(`nettop: ${line}`);
      return lines;
    },
  };
}

/** The screen over a recording. Resolves to the exit code. */
export async function replay(options: Options): Promise<number> {
  const { recording: file, units, color } = options;
  if (file === null) throw new UsageError('replay needs a file');
  if (!process.stdout.isTTY)
    throw new UsageError('replay needs a terminal; for a pipe: nettop connections --from FILE');
  const film = await filmOf(file);
  const read = (text: string) => readFilter(text, recordedNames(film.header));
  const filter = read(options.filter.text); // a pipe's names were not known before
  const beginUs = beginningOf(options.at, film);
  const { runUi } = await import('../ui/app.tsx');
  return runUi({
    source: new ReplaySource(film, (error) => recordingError(file, error)),
    options: {
      filter,
      units,
      color,
      privacy: await privacyOf(options),
      wire: false,
      intervalMs: film.header?.intervalMs ?? 1000,
      statsOnly: false,
      isReplay: true,
      ...(beginUs !== null && { beginUs }),
    },
    readFilter: read,
  });
}

/** Where it begins, microseconds since the epoch; null: at its beginning. Throws a UsageError. */
function beginningOf(at: string | null, film: Awaited<ReturnType<typeof filmOf>>): number | null {
  const span = film.span();
  if (at === null || !span) return null;
  const us = (ns: number) => (film.header?.epochUs ?? 0) + ns / 1000;
  const [fromUs, untilUs] = [us(span.fromNs), us(span.untilNs)];
  const moment = momentOf(at, { fromUs, untilUs, atUs: fromUs });
  if ('toUs' in moment) return moment.toUs;
  throw new UsageError(`--at: ${quote(at)}: ${moment.message}`);
}

/** The recording as it is shown; out of a pipe the keys come from the terminal itself. */
async function filmOf(file: string): Promise<Film & { header: Header | null }> {
  if (file !== '-') {
    const frames = openRecording(file);
    if (!process.stdin.isTTY) readKeysFrom(openTerminal());
    const damaged = () =>
      damageLines(file, { ...frames.damage, isCut: frames.damage.isCut && frames.isAtEnd });
    return Object.assign(frames, { damaged });
  }
  const terminal = openTerminal();
  const frames = await begunPipe();
  readKeysFrom(terminal);
  const damaged = () => damageLines('the pipe', { ...frames.damage, isCut: false });
  return Object.assign(frames, { span: () => null, damaged });
}

/** The pipe, from when it begins: until then whoever writes it may ask for a password at the terminal. */
async function begunPipe(): Promise<FramePipe> {
  if (process.stdin.isTTY)
    throw new UsageError(
      '-: a recording comes out of a pipe, not from a terminal: nettop record - | nettop replay -',
    );
  const frames = new FramePipe(process.stdin);
  try {
    await frames.begin();
  } catch (error) {
    throw recordingError('-', error);
  }
  return frames;
}

/** In the place of standard input, which is none. */
function readKeysFrom(terminal: number): void {
  Object.defineProperty(process, 'stdin', { value: new ReadStream(terminal) });
}

/** For its keys. */
function openTerminal(): number {
  try {
    return openSync('/dev/tty', 'r');
  } catch {
    throw new UsageError('replay needs a terminal for its keys');
  }
}
