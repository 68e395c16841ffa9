import { closeSync, createReadStream, fstatSync, statSync, unlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Gathering } from '../bundle/gathering.ts';
import { questionOf } from '../bundle/question.ts';
import { lines, recordEntries } from '../bundle/records.ts';
import { summaryLines } from '../bundle/summary.ts';
import { type TarEntry, textEntry, writeTarGz } from '../bundle/tar.ts';
import { LiveSource } from '../capture/client.ts';
import { runDoctor } from '../command/doctor.ts';
import type { Options } from '../command/options.ts';
import { CaptureError, UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Privacy } from '../private/privacy.ts';
import { NO_LIMITS } from '../record/tape.ts';
import { formatBytes, USUAL_UNITS } from '../text/format.ts';
import { withoutRights } from './capture.ts';
import { kernel, say } from './context.ts';
import { workerOptions } from './live-source.ts';
import { createOwn, removeOwn } from './own-file.ts';
import { ownVersion } from './own-version.ts';
import { hidden, privacyOf } from './privacy.ts';
import { headerOf, question } from './record.ts';
import { openRows } from './replay.ts';

const USUAL_MS = 30_000;
const LOOK_MS = 50;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Writes what a ticket needs into one file. Resolves to the exit code; a signal leaves no file. */
export async function bundle(options: Options, argv: string[]): Promise<number> {
  const { bundle: file, recording: from } = options;
  if (file === null) throw new UsageError('bundle needs a file, such as incident.tar.gz');
  const code = from === null ? await withoutRights(argv) : null;
  if (code !== null) return code;
  const fd = createOwn(file);
  const ended = new AbortController();
  let exitCode = 0;
  for (const signal of SIGNALS)
    process.once(signal, () => {
      exitCode = 128 + constants.signals[signal];
      ended.abort();
    });
  try {
    await write(options, fd, ended.signal);
    const { size } = fstatSync(fd);
    closeSync(fd);
    say(`nettop: ${quote(file)}: ${formatBytes(size, USUAL_UNITS)}`);
    return 0;
  } catch (error) {
    removeOwn(file, fd);
    if (ended.signal.aborted) return exitCode;
    throw writeError(error);
  }
}

function writeError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isWrite = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO' || code === 'EFBIG';
  return isWrite
    ? new CaptureError(`the bundle is not written: ${message}`, 'make room, and run it again')
    : error;
}

async function write(options: Options, fd: number, ended: AbortSignal): Promise<void> {
  const { recording: from, filter } = options;
  const privacy = await privacyOf(options);
  const recorded = from ?? `/proc/self/fd/${await observe(options, ended)}`;
  const gathered = await gather(recorded, options, privacy, ended);
  const head = {
    application: `nettop ${ownVersion()}`,
    filter: (privacy?.filter(filter) ?? filter).text,
    isPrivate: privacy !== null,
  };
  const folder = `nettop-${new Date(gathered.fromUs / 1000).toISOString().slice(0, 19).replace(/\D/g, '')}`;
  const entries = [
    textEntry('summary.txt', lines(summaryLines(gathered, head))),
    ...(from === null ? [textEntry('doctor.txt', lines(runDoctor(kernel, false).lines))] : []),
    ...recordEntries(gathered),
    ...(privacy ? [] : [fileEntry('recording.nettop', recorded)]),
  ].map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
  ended.throwIfAborted();
  await writeTarGz(fd, entries, Math.floor(Date.now() / 1000));
  ended.throwIfAborted();
}

function fileEntry(name: string, path: string): TarEntry {
  const content = createReadStream(path);
  return { name, size: statSync(path).size, content };
}

/** Records for the span into a file that has no name any more; resolves to its descriptor. */
async function observe(options: Options, ended: AbortSignal): Promise<number> {
  const { bundle: file, durationMs } = options;
  const path = join(dirname(file ?? ''), `.nettop-bundle-${process.pid}`);
  const fd = createOwn(path);
  unlinkSync(path); // whatever ends nettop, nothing stays
  const worker = {
    ...workerOptions(options, say),
    recording: { fd, header: headerOf(options), limits: NO_LIMITS },
  };
  const source = new LiveSource(worker, say, false);
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  try {
    source.ask(question(options));
    const begun = () => (source.recorded?.bytes ?? 0) > 0; // until then programs are loaded
    await Promise.race([waited(begun, durationMs ?? USUAL_MS, ended), failed]);
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

async function gather(path: string, options: Options, privacy: Privacy | null, ended: AbortSignal) {
  const rows = openRows(path);
  const { source, run } = rows;
  const shown = hidden(source, privacy);
  const gathering = new Gathering();
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  let answers = 0;
  shown.onAnswer((answer) => {
    if (answers++ > 0) gathering.answer(answer, run.nowUs()); // before the first one nothing was measured
  });
  shown.onRows('alerts', async (rows) => gathering.told(rows));
  shown.onRows('requests', async (rows) => gathering.asked(rows));
  shown.ask(questionOf(options.filter.expression, options.intervalMs));
  await Promise.race([run.over, failed, aborted(ended)]);
  const last = await shown.finish();
  if (last) gathering.answer(last, run.nowUs());
  rows.end();
  const gathered = gathering.end();
  if (gathered === null)
    throw new CaptureError('nothing was observed in so short a time', 'give it longer: --duration 10s');
  return gathered;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
