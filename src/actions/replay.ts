import { openSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import type { Options } from '../command/options.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { readFilter } from '../filter/parser.ts';
import { momentOf } from '../model/moment.ts';
import type { FrameFile } from '../record/file/frame-file.ts';
import { FramePipe } from '../record/file/frame-pipe.ts';
import type { Header } from '../record/file/header.ts';
import { ReplayRows } from '../record/replay-rows.ts';
import { type Film, ReplaySource } from '../record/replay-source.ts';
import { say } from './context.ts';
import { privacyOf } from './privacy.ts';
import { damageLines, openRecording, recordedNames, recordingError } from './recordings.ts';

/** How long a reader that is behind is left alone. */
const BEHIND_MS = 5;

/** A recording as rows and reports, with what a text run has to know of it. */
export const openRows = (file: string) =>
  rowsOf(file, file === '-' ? new FramePipe(process.stdin) : openRecording(file));

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
    run: { over: source.over, nowUs: () => source.nowUs() },
    get beganUs() {
      return source.beganUs;
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
  const { recording: file, filter, units, color } = options;
  if (file === null) throw new UsageError('replay needs a file');
  if (!process.stdout.isTTY)
    throw new UsageError('replay needs a terminal; for a pipe: nettop connections --from FILE');
  const film = filmOf(file);
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
    readFilter: (text) => readFilter(text, recordedNames(film.header)),
  });
}

/** Where it begins, microseconds since the epoch; null: at its beginning. Throws a UsageError. */
function beginningOf(at: string | null, film: ReturnType<typeof filmOf>): number | null {
  const span = film.span();
  if (at === null || !span) return null;
  const us = (ns: number) => (film.header?.epochUs ?? 0) + ns / 1000;
  const [fromUs, untilUs] = [us(span.fromNs), us(span.untilNs)];
  const moment = momentOf(at, { fromUs, untilUs, atUs: fromUs });
  if ('toUs' in moment) return moment.toUs;
  throw new UsageError(`--at: ${quote(at)}: ${moment.message}`);
}

/** The recording as it is shown; out of a pipe the keys come from the terminal itself. */
function filmOf(file: string): Film & { header: Header | null } {
  if (file !== '-') {
    const frames = openRecording(file);
    const damaged = () =>
      damageLines(file, { ...frames.damage, isCut: frames.damage.isCut && frames.isAtEnd });
    return Object.assign(frames, { damaged });
  }
  const frames = new FramePipe(process.stdin);
  Object.defineProperty(process, 'stdin', { value: keyboard() });
  const damaged = () => damageLines('the pipe', { ...frames.damage, isCut: false });
  return Object.assign(frames, { span: () => null, damaged });
}

function keyboard(): ReadStream {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new UsageError('replay - needs a terminal for its keys');
  }
}
