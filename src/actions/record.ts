import { closeSync } from 'node:fs';
import { LiveSource } from '../capture/client.ts';
import { WriteState } from '../capture/write-state.ts';
import type { Options } from '../command/options.ts';
import { READER_GONE, UsageError, WriteError } from '../errors.ts';
import { bootId } from '../machine/boot.ts';
import { namedNetns } from '../machine/netns-names.ts';
import { isTrigger } from '../model/alerts/rule.ts';
import { EVERY_ROW, type PaneName } from '../model/panes.ts';
import type { Question } from '../model/question.ts';
import { panes, wishesOf } from '../panes/registry.ts';
import { asked as packetsAsTheyCome } from '../panes/trace/command.ts';
import type { Header } from '../record/file/header.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { formatBytes, formatTimestamp, USUAL_UNITS } from '../text/format.ts';
import { withoutRights } from './capture.ts';
import { machine, progress, say } from './context.ts';
import { workerOptions } from './live-source.ts';
import { createOwn, removeOwn } from './own-file.ts';
import { ownVersion } from './own-version.ts';
import { endingLines } from './record-ends.ts';
import { progressLine } from './text-run.ts';

const PIPE = 1;
const PROGRESS_MS = 1000;
/** At its end a reader that takes nothing for so long gets nothing more. */
const STILL_MS = 600;
/** What follows the alert that ends a ring is recorded too. */
const AFTER_MS = 10_000;
/** Rows of traffic at each look whose names are written down; flows themselves all are. */
const NAMED_FLOWS = 1000;

/** Writes what is seen into a file until a signal, the duration, its size or a trigger ends it. */
export async function record(options: Options, argv: string[]): Promise<number> {
  const { recording: file, record: wishes } = options;
  if (file === null) throw new UsageError('record needs a file');
  if (file === '-' && process.stdout.isTTY)
    throw new UsageError('record - writes to a pipe, not to a terminal');
  const code = await withoutRights(argv);
  if (code !== null) return code;
  const worker = workerOptions(options, say);
  const fd = file === '-' ? PIPE : createOwn(file);
  const state = new WriteState();
  const limits = { bytes: wishes.mostBytes, ringNs: wishes.ringMs && wishes.ringMs * 1e6 };
  const triggers = wishes.triggers.map(({ text }) => text);
  const source = new LiveSource(
    { ...worker, recording: { fd, header: headerOf(options), limits, triggers, written: state.memory } },
    say,
    false,
  );
  const failed = new Promise<never>((_, reject) => source.onFailure(reject));
  const { interrupted, hurried } = interruptions();
  const over = enough(source, options, triggers, interrupted);
  const telling = tellOf(source);
  source.ask(question(options));
  const ends = [over.then(() => source.finish()), failed.catch(withoutReader)];
  if (fd === PIPE) ends.push(leftAlone(state, over, hurried));
  const last = await Promise.race(ends).catch((error) => {
    if (fd !== PIPE && source.recorded === null) removeOwn(file, fd); // nothing was recorded
    throw error;
  });
  clearInterval(telling);
  progress.clear();
  if (fd !== PIPE) closeSync(fd);
  if (last && source.recorded) for (const line of endingLines(options, last, source.recorded)) say(line);
  return 0;
}

/** How much there is by now, for who waits. */
function tellOf(source: LiveSource): NodeJS.Timeout | undefined {
  if (!progress.isSeen) return undefined;
  const show = () => progress.show(progressLine(formatBytes(source.recorded?.bytes ?? 0, USUAL_UNITS)));
  return setInterval(show, PROGRESS_MS).unref();
}

/** What a screen is told of the recording that is made for it. */
export interface Progress {
  bytes: number;
}

/** Resolves when nothing more is to be recorded. */
function enough(
  source: LiveSource,
  { durationMs }: Options,
  triggers: readonly string[],
  interrupted: Promise<void>,
): Promise<void> {
  return new Promise((resolve) => {
    void interrupted.then(resolve);
    process.once('disconnect', resolve); // the screen that it is made for is gone
    if (durationMs !== null) setTimeout(resolve, durationMs);
    source.onRecorded((recorded) => {
      if (process.connected) process.send?.({ bytes: recorded.bytes } satisfies Progress);
      if (recorded.isFull) resolve();
    });
    let isTriggered = triggers.length === 0;
    source.onRows('alerts', async (rows) => {
      const alert = rows.find((row) => isTrigger(row, triggers));
      if (isTriggered || !alert) return;
      isTriggered = true;
      const time = formatTimestamp(alert.firstUs).slice(0, 8);
      say(`nettop: ${time} ${alert.message}; the recording ends in ${AFTER_MS / 1000} s`);
      setTimeout(resolve, AFTER_MS);
    });
  });
}

/** Resolves when what is left at the end finds no reader: one that stands still, or a second signal. */
async function leftAlone(state: WriteState, over: Promise<void>, hurried: Promise<void>): Promise<null> {
  await over;
  await Promise.race([state.standsStill(STILL_MS), hurried]);
  say('nettop: the end of the recording was not written: nobody read it in time');
  return null;
}

/** Who read a pipe went away: that is an end. */
function withoutReader(error: unknown): null {
  if (error instanceof WriteError && error.code === READER_GONE) return null;
  throw error;
}

/** What the recording says of itself. */
export function headerOf({ filter, intervalMs }: Options): Header {
  const reasons = machine.dropReasons('*') ?? [];
  return {
    nettop: ownVersion(),
    host: machine.host(),
    kernel: machine.kernel(),
    boot: bootId(),
    epochUs: machine.epochUs(),
    filter: filter.text,
    intervalMs,
    netns: Object.fromEntries([...namedNetns()].map(([inode, name]) => [name, inode])),
    reasons: Object.fromEntries(reasons.map((reason) => [machine.reason(reason) ?? String(reason), reason])),
  };
}

/**
 * Everything that is not costly by itself, with all its rows: who looks at the recording may look at any. With --stats
 * what sockets count alone.
 */
export function question(options: Options): Question {
  const { filter, intervalMs, wire, stats } = options;
  return {
    filter: filter.expression,
    intervalMs,
    views: {
      processes: all('processes'),
      connections: { ...all('connections'), closed: true },
      listeners: all('listeners'),
      ...(!stats && besideSockets(options)),
      ...(wire && { wire: {} }),
    },
    inspect: null,
    asked: true,
    resets: 0,
  };
}

const ordered = (name: PaneName) => {
  const [{ id: sort, descending }] = panes[name].sorts;
  return { sort, descending };
};

const all = (name: PaneName) => ({ ...ordered(name), ...EVERY_ROW });

/** For which programs of their own are attached. */
function besideSockets({ wishes, record: { triggers } }: Options): Question['views'] {
  const rules = [...(wishes.rules ?? []), ...triggers];
  return {
    drops: all('drops'),
    services: all('services'),
    alerts: {
      ...ordered('alerts'),
      rows: 0,
      cursor: null,
      isStreamed: true,
      ...wishesOf('alerts', { ...wishes, ...(rules.length > 0 && { rules }) }),
    },
    requests: { ...ordered('requests'), rows: 0, cursor: null, isStreamed: true },
    traffic: { ...ordered('traffic'), rows: NAMED_FLOWS, cursor: null },
    trace: packetsAsTheyCome,
    events: {},
  };
}
