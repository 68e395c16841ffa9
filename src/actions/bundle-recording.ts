import { openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LiveSource } from '../capture/client.ts';
import type { Options } from '../command/options.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { writeEnd } from '../record/end.ts';
import type { FrameFile } from '../record/file/frame-file.ts';
import { RecordingWriter } from '../record/file/writer.ts';
import { NO_LIMITS } from '../record/tape.ts';
import { say } from './context.ts';
import { workerOptions } from './live-source.ts';
import { createUnnamed } from './own-file.ts';
import { headerOf, question } from './record.ts';
import { damageLines, openRecording, recordingError } from './recordings.ts';

const USUAL_MS = 30_000;
const LOOK_MS = 50;

/** What is bundled. */
export interface Bundled {
  /** What it is called in messages. */
  name: string;
  /** By which it is read as often as is wanted, whatever becomes of its name. */
  path: string;
  frames: FrameFile;
  /** What of it could not be read so far, as sentences. */
  damage: string[];
}

/** The recording that is given, or its end, or one that is made now. Throws a UsageError. */
export async function recordingFor(options: Options, ended: AbortSignal): Promise<Bundled> {
  const { recording: from, durationMs } = options;
  if (from === null) return bundled('the recording', await observe(options, ended));
  const whole = bundled(from, opened(from));
  return durationMs === null ? whole : lastOf(whole, durationMs, options, ended);
}

function bundled(name: string, fd: number): Bundled {
  const path = `/proc/self/fd/${fd}`;
  return { name, path, frames: openRecording(name, path), damage: [] };
}

function opened(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw recordingError(file, error);
  }
}

async function lastOf(
  { name, frames }: Bundled,
  ms: number,
  options: Options,
  ended: AbortSignal,
): Promise<Bundled> {
  const fd = unnamed(options);
  if (!frames.header) throw new UsageError(`${quote(name)} has lost its beginning: --for cannot cut it`);
  const ring = { ns: ms * 1e6, bytes: Number.POSITIVE_INFINITY };
  await writeEnd(frames, ring, new RecordingWriter(frames.header, sinkOf(fd)), ended);
  frames.close();
  return { ...bundled(name, fd), damage: damageLines(name, frames.damage) };
}

/** Where it is to be too: there is room for it. */
const unnamed = ({ bundle }: Options): number =>
  createUnnamed(join(dirname(bundle ?? ''), `.nettop-bundle-${process.pid}`));

const sinkOf = (fd: number) => ({
  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  },
});

/** Records for the span; resolves to the descriptor of the file. */
async function observe(options: Options, ended: AbortSignal): Promise<number> {
  const fd = unnamed(options);
  const worker = {
    ...workerOptions(options, say),
    recording: { fd, header: headerOf(options), limits: NO_LIMITS },
  };
  const source = new LiveSource(worker, say, false);
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  try {
    source.ask(question(options));
    const begun = () => (source.recorded?.bytes ?? 0) > 0; // until then programs are loaded
    await Promise.race([waited(begun, options.durationMs ?? USUAL_MS, ended), failed]);
  } finally {
    await source.finish();
  }
  await Promise.race([failed, null]); // its last block is written at the end
  return fd;
}

/** From when it has begun; with a line that tells how long it takes yet, where somebody waits. */
async function waited(begun: () => boolean, ms: number, ended: AbortSignal): Promise<void> {
  const sleep = (time: number) => setTimeout(time, undefined, { signal: ended });
  const show = (text: string) => process.stderr.isTTY && process.stderr.write(`\r${text}\x1b[K`);
  try {
    show('nettop: begins to observe');
    while (!begun()) await sleep(LOOK_MS);
    const untilMs = performance.now() + ms;
    for (let left = ms; left > 0; left = untilMs - performance.now()) {
      show(`nettop: observes for ${Math.ceil(left / 1000)} s more`);
      await sleep(Math.min(left, 1000));
    }
  } finally {
    show('');
  }
}
