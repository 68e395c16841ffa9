import { createReadStream, statSync } from 'node:fs';
import { constants } from 'node:os';
import { Gathering } from '../bundle/gathering.ts';
import { questionOf } from '../bundle/question.ts';
import { lines, recordEntries } from '../bundle/records.ts';
import { summaryLines } from '../bundle/summary.ts';
import { type TarEntry, textEntry, writeTarGz } from '../bundle/tar.ts';
import { runDoctor } from '../command/doctor.ts';
import type { Options } from '../command/options.ts';
import { CaptureError, UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { bootId } from '../machine/boot.ts';
import type { Privacy } from '../private/privacy.ts';
import type { Header } from '../record/file/header.ts';
import { formatBytes, USUAL_UNITS } from '../text/format.ts';
import { type Bundled, recordingFor } from './bundle-recording.ts';
import { withoutRights } from './capture.ts';
import { kernel, machine, say } from './context.ts';
import { UnfinishedFile } from './own-file.ts';
import { ownVersion } from './own-version.ts';
import { hidden, privacyOf } from './privacy.ts';
import { rowsOf } from './replay.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Writes what a ticket needs into one file. Resolves to the exit code; a signal leaves no file. */
export async function bundle(options: Options, argv: string[]): Promise<number> {
  const { bundle: file, recording: from } = options;
  if (file === null) throw new UsageError('bundle needs a file, such as incident.tar.gz');
  if (from === '-') throw new UsageError('bundle --from needs a file: a pipe can be read once alone');
  const code = from === null ? await withoutRights(argv) : null;
  if (code !== null) return code;
  const unfinished = new UnfinishedFile(file);
  const ended = new AbortController();
  let exitCode = 0;
  for (const signal of SIGNALS)
    process.once(signal, () => {
      exitCode = 128 + constants.signals[signal];
      ended.abort();
    });
  try {
    await write(options, unfinished.fd, ended.signal);
    unfinished.finish();
  } catch (error) {
    unfinished.remove();
    if (ended.signal.aborted) return exitCode;
    throw writeError(error);
  }
  say(`nettop: ${quote(file)}: ${formatBytes(statSync(file).size, USUAL_UNITS)}`);
  return 0;
}

function writeError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isWrite = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO' || code === 'EFBIG';
  return isWrite
    ? new CaptureError(`the bundle is not written: ${message}`, 'make room, and run it again')
    : error;
}

async function write(options: Options, fd: number, ended: AbortSignal): Promise<void> {
  const { filter } = options;
  const privacy = await privacyOf(options);
  const bundled = await recordingFor(options, ended);
  const { header, size } = bundled.frames;
  const { gathered, damage } = await gather(bundled, options, privacy, ended);
  const isFromHere = header !== null && isOfThisMachine(header);
  const recordedFilter = header?.filter === filter.text ? '' : (header?.filter ?? '');
  const head = {
    application: `nettop ${ownVersion()}`,
    filter: (privacy?.filter(filter) ?? filter).text,
    isPrivate: privacy !== null,
    recordedFilter: recordedFilter && privacy ? 'by a filter' : recordedFilter,
    missing: [
      ...damage.map((line) => (privacy ? privacy.text('sentence', line) : line)),
      ...(isFromHere ? [] : [`${DOCTOR}: the recording is not of this machine as it runs now`]),
    ],
  };
  const folder = `nettop-${new Date(gathered.fromUs / 1000).toISOString().slice(0, 19).replace(/\D/g, '')}`;
  const entries = [
    textEntry('summary.txt', lines(summaryLines(gathered, head))),
    ...(isFromHere ? [textEntry(DOCTOR, lines(runDoctor(kernel, false).lines))] : []),
    ...recordEntries(gathered),
    ...(privacy ? [] : [fileEntry('recording.nettop', bundled.path, size)]),
  ].map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
  ended.throwIfAborted();
  await writeTarGz(fd, entries, Math.floor(Date.now() / 1000));
  ended.throwIfAborted();
}

const DOCTOR = 'doctor.txt';

/** It was made here since this kernel started: what the doctor says now was so then. */
const isOfThisMachine = ({ host, boot }: Header): boolean =>
  boot !== null && boot === bootId() && host === machine.host();

/** Of what may still be written what was there when it was opened. */
function fileEntry(name: string, path: string, size: number): TarEntry {
  return { name, size, content: createReadStream(path, { end: size - 1 }) };
}

async function gather(
  { name, frames, damage }: Bundled,
  options: Options,
  privacy: Privacy | null,
  ended: AbortSignal,
) {
  const { source, run, meant, end } = rowsOf(name, frames);
  const shown = hidden(source, privacy);
  const gathering = new Gathering();
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  let answers = 0;
  shown.onAnswer((answer) => {
    if (answers++ > 0) gathering.answer(answer, run.nowUs()); // before the first one nothing was measured
  });
  shown.onRows('alerts', async (rows) => gathering.told(rows));
  shown.onRows('requests', async (rows) => gathering.asked(rows));
  shown.ask(questionOf(meant(options.filter).expression, options.intervalMs));
  await Promise.race([run.over, failed, aborted(ended)]);
  const last = await shown.finish();
  if (last) gathering.answer(last, run.nowUs());
  const gathered = gathering.end();
  if (gathered === null)
    throw new CaptureError('nothing was observed in so short a time', 'give it longer: --duration 10s');
  return { gathered, damage: [...damage, ...end()] };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
