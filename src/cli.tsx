import { readFileSync } from 'node:fs';
import { listFunctions } from './attach/function-list.ts';
import { choosePoints } from './attach/selection.ts';
import { LiveSource } from './capture/client.ts';
import { runDoctor } from './command/doctor.ts';
import { commandHelp, helpText } from './command/help-text.ts';
import { type Options, parse } from './command/options.ts';
import { missingCapabilities, offerSudo, privilegeError } from './command/privileges.ts';
import { areStacksWanted, CaptureError, FaultError, RefusedError, UsageError } from './errors.ts';
import { FilterError, pointAt } from './filter/error.ts';
import { explainFilter } from './filter/explain.ts';
import { parseFilter } from './filter/parser.ts';
import { unjudgedBySockets } from './filter/unjudged.ts';
import { filterNames, typedNames } from './machine/filter-names.ts';
import { Interfaces } from './machine/interfaces.ts';
import { isProcess } from './machine/is-process.ts';
import { limitError, memoryError, missingMount } from './machine/limits.ts';
import type { RecordKind } from './model/record.ts';
import { runDebug } from './output/debug.ts';
import { explainText, explanationRecord } from './output/explain.ts';
import type { Format } from './output/formats/format.ts';
import { FORMATS } from './output/formats/registry.ts';
import { functionRecord } from './output/function-record.ts';
import { functionLines } from './output/functions.ts';
import { type ReportName, report } from './output/report.ts';
import { runText } from './output/text.ts';
import { LineWriter } from './output/writer.ts';
import { HANGUP } from './terminal/signals.ts';

/** Of the trace: 40,000 events, which are read every 20 ms. All of a ring is resident once it is mapped. */
const RING_BYTES = 8 << 20;
/** Of connections: for all of them, and where only resets are told. */
const EVENT_BYTES = 8 << 20;
const RESET_BYTES = 256 << 10;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function openSource(options: Options, log: (line: string) => void, whole: boolean): LiveSource {
  const { command, rateLimit, attach, kernelStack, verbose } = options;
  const { points, left } = choosePoints(options.functions, options.paths);
  if (left > 0) log(`nettop: ${left} more functions match and cannot be traced: see nettop functions`);
  const rawHeaders = command === 'debug';
  return new LiveSource(
    {
      rateLimit,
      attach,
      ringBytes: RING_BYTES,
      eventBytes: options.events ? EVENT_BYTES : RESET_BYTES,
      rawHeaders,
      kernelStack,
      points,
      verbose,
    },
    log,
    whole,
  );
}

/** `interrupted` resolves at the first signal to end, `hurried` at the second: then nobody is waited for. */
function interruptions(): { interrupted: Promise<void>; hurried: Promise<void> } {
  const resolves: (() => void)[] = [];
  const promise = () => new Promise<void>((resolve) => resolves.push(resolve));
  const promises = { interrupted: promise(), hurried: promise() };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolves.shift()?.());
  return promises;
}

async function text(name: ReportName | 'debug', options: Options): Promise<void> {
  const { filter, wire, intervalMs, durationMs, count } = options;
  const format = formatOf(options);
  const run = {
    writer: new LineWriter(process.stdout),
    filter,
    wire,
    intervalMs,
    durationMs,
    count,
    ...interruptions(),
    nowUs: () => Date.now() * 1000,
    complain: say,
  };
  const unjudged = name === 'processes' || name === 'connections' ? unjudgedBySockets(filter) : [];
  if (unjudged.length > 0)
    say(`nettop: ${name} are not held against ${unjudged.join(', ')}: sockets do not tell, rows are kept`);
  const stranger = strangerNote(options);
  if (stranger) say(`nettop: ${stranger}`);
  if (name === 'debug') await runDebug(openSource(options, say, true), run);
  else {
    await runText({
      ...run,
      source: openSource(options, say, true),
      report: report(options.events ? 'events' : name, {
        format,
        trace: {
          sinceUs: options.timeSinceStart ? performance.timeOrigin * 1000 : null,
          clock: options.timestamp,
          delta: options.delta,
        },
        unjudged,
        aside: say,
      }),
      note: format?.mixes ? null : say,
    });
  }
}

/** null: text. */
function formatOf({ format }: Options): Format | null {
  return FORMATS.find(({ name }) => name === format) ?? null;
}

/** A word that may be a slip: nothing that runs is called so. '' where there is nothing to say. */
function strangerNote({ loneWord }: Options): string {
  if (loneWord === null || isProcess(loneWord)) return '';
  return `no process is called ${loneWord} now; the word is the filter: process ${loneWord}`;
}

/** Resolves to the exit code. What --verbose tells is kept until the terminal is back. */
async function ui(options: Options): Promise<number> {
  const { filter, wire, intervalMs, durationMs, color, stats, count } = options;
  if (count !== null)
    throw new UsageError('--count goes with trace, processes, connections and drops, not with the screen');
  const duration = durationMs === null ? {} : { duration: durationMs };
  const log: string[] = [];
  try {
    const source = openSource(options, (line) => log.push(line), false);
    const { runUi } = await import('./ui/app.tsx'); // other commands do without React and its layout
    return await runUi({
      source,
      options: {
        filter,
        wire,
        intervalMs,
        statsOnly: stats,
        color,
        message: strangerNote(options),
        ...duration,
      },
      parseFilter: (text) => parseFilter(text, typedNames),
    });
  } finally {
    for (const line of log) say(line);
  }
}

async function capture(options: Options, argv: string[]): Promise<number> {
  const lacking = missingMount() ?? memoryError();
  if (lacking) throw lacking;
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const code = await offerSudo(argv);
    if (code === null) throw privilegeError(missing, argv);
    return code;
  }
  const { command } = options;
  if (command === 'ui' && process.stdout.isTTY && process.stdin.isTTY) return ui(options);
  await text(command === 'ui' ? 'processes' : (command as ReportName | 'debug'), options);
  return 0;
}

async function run(argv: string[]): Promise<number> {
  const options = parse(argv, process.env, { ...typedNames, isProcess });
  switch (options.command) {
    case 'help':
      return print((options.topic ? commandHelp(options.topic) : helpText()).split('\n'));
    case 'version':
      return print([version()]);
    case 'explain':
      return explainAndPrint(options);
    case 'functions':
      return listAndPrint(options);
    case 'doctor': {
      const { lines, ready } = runDoctor(options.verbose);
      await print(lines);
      return ready ? 0 : 1;
    }
    default:
      return capture(options, argv);
  }
}

function explainAndPrint(options: Options): Promise<number> {
  const { filter } = options;
  const interfaces = new Interfaces();
  const explanation = explainFilter(parseFilter(filter, filterNames), (name) => interfaces.index(name));
  const format = formatOf(options);
  if (!format) return print(explainText(filter, explanation));
  return print(recordLines(format, explanationRecord, [{ filter, explanation }]));
}

function listAndPrint(options: Options): Promise<number> {
  const { rows, note } = listFunctions(options.glob ?? '*', options.attach);
  if (note) say(`nettop: ${note}`);
  const format = formatOf(options);
  return print(format ? recordLines(format, functionRecord, rows) : functionLines(rows));
}

function recordLines<R>(format: Format, kind: RecordKind<R>, rows: readonly R[]): string[] {
  const nowUs = Date.now() * 1000;
  return [...format.header(kind), ...rows.map((row) => format.line(kind, row, nowUs))];
}

async function print(lines: string[]): Promise<number> {
  const writer = new LineWriter(process.stdout);
  await writer.lines(lines);
  await writer.end();
  return 0;
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** One clear line on stderr, a second one with what to do; the stack with --verbose. Returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    say(`nettop: ${error.message}`);
    if (error instanceof FilterError) say(pointAt(error).replaceAll(/^/gm, ' '.repeat(8)));
    return 2;
  }
  const isStackWanted = areStacksWanted(process.argv);
  const known = error instanceof CaptureError ? error : limitError(error);
  if (known) {
    say(`nettop: ${known.message}\n        ${known.hint}`);
    if (isStackWanted && error instanceof Error) say(`\n${error.stack}`);
    if (error instanceof RefusedError) say(`\n${runDoctor(false).lines.join('\n')}`);
    return 1;
  }
  if (error instanceof FaultError && !isStackWanted)
    say(`nettop: ${error.message}\n        this is a fault of nettop: --verbose tells where`);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70; // EX_SOFTWARE
}

process.stderr.on('error', () => {}); // nobody reads the notes: the run goes on
/**
 * Not by exitCode alone: whatever might still be open, nothing of nettop stays behind. Where the terminal
 * hung up, Node's own exit aborts over it (node::ResetStdio, EIO), so that the signal has to end it.
 */
function leave(exitCode: number): void {
  if (exitCode !== HANGUP) process.exit(exitCode);
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

leave(await run(process.argv.slice(2)).catch(explain));
