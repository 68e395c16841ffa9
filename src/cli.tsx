import { readFileSync } from 'node:fs';
import { listFunctions } from './attach/function-list.ts';
import { RunningKernel } from './attach/running-kernel.ts';
import { choosePoints } from './attach/selection.ts';
import { LiveSource } from './capture/client.ts';
import { traceLimits } from './capture/trace-limits.ts';
import { telling } from './command/alert-program.ts';
import { readSettings } from './command/configuration.ts';
import { runDoctor } from './command/doctor.ts';
import { helpOf } from './command/help-text.ts';
import { type Options, parse } from './command/options.ts';
import { missingCapabilities, offerSudo, privilegeError } from './command/privileges.ts';
import { areStacksWanted, CaptureError, FaultError, RefusedError, UsageError } from './errors.ts';
import { FilterError, pointAt } from './filter/error.ts';
import { explainFilter } from './filter/explain.ts';
import { readFilter } from './filter/parser.ts';
import { unjudged } from './filter/unjudged.ts';
import { filterNames } from './machine/filter-names.ts';
import { isProcess, strangerNote } from './machine/is-process.ts';
import { limitError, memoryError, missingMount } from './machine/limits.ts';
import { RunningMachine } from './machine/running-machine.ts';
import type { PaneName } from './model/model.ts';
import type { RecordKind } from './model/record.ts';
import { runDebug } from './output/debug.ts';
import { explainText, explanationRecord } from './output/explain.ts';
import type { Format } from './output/formats/format.ts';
import { formatNamed } from './output/formats/registry.ts';
import { functionRecord } from './output/function-record.ts';
import { functionLines } from './output/functions.ts';
import { report } from './output/report.ts';
import { runText } from './output/text.ts';
import { LineWriter } from './output/writer.ts';
import { COMMAND_PANES, commandOf, isPane, PANE_NAMES, panes } from './panes/registry.ts';
import { interruptions } from './terminal/interruptions.ts';
import { HANGUP } from './terminal/signals.ts';
import { listed } from './text/text.ts';
import { TLS_COST } from './ui/tls.ts';

/** Requests a second that are followed, where there is no word of it. */
const REQUEST_RATE = 6000;
/** Of connections: for all of them, and where only resets are told. */
const EVENT_BYTES = 8 << 20;
const RESET_BYTES = 256 << 10;

const machine = new RunningMachine();
const kernel = new RunningKernel(machine.types);
const names = filterNames(machine);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function openSource(options: Options, log: (line: string) => void, whole: boolean): LiveSource {
  const { command, rateLimit, attach, kernelStack, verbose } = options;
  const { points, left } = choosePoints(options.functions, options.paths, machine.types, machine.symbols);
  if (left > 0) log(`nettop: ${left} more functions match and cannot be traced: see nettop functions`);
  return new LiveSource(
    {
      ...traceLimits(rateLimit, command === 'ui'),
      requestLimit: rateLimit ?? REQUEST_RATE,
      attach,
      eventBytes: options.events ? EVENT_BYTES : RESET_BYTES,
      rawHeaders: command === 'debug',
      kernelStack,
      points,
      verbose,
    },
    log,
    whole,
  );
}

async function text(name: PaneName | 'debug', options: Options): Promise<void> {
  const { filter, wire, wishes, intervalMs, durationMs, count } = options;
  const format = formatNamed(options.format);
  const run = {
    writer: new LineWriter(process.stdout),
    filter: filter.expression,
    wire,
    ...wishes,
    intervalMs,
    durationMs,
    count,
    ...interruptions(),
    nowUs: () => Date.now() * 1000,
    complain: say,
  };
  const rows = isPane(name) ? panes[name].rowsOf : 'packets';
  const notJudged = unjudged(filter.expression, rows);
  if (notJudged.length > 0)
    say(`nettop: ${name} are not held against ${notJudged.join(', ')}: ${rows} do not tell, rows are kept`);
  const stranger = strangerNote(options.loneWord);
  if (stranger) say(`nettop: ${stranger}`);
  if (wishes.readsTls) say(`nettop: ${TLS_COST}`);
  if (name === 'debug') await runDebug(openSource(options, say, true), run);
  else {
    const source = openSource(options, say, true);
    const { alertProgram } = options;
    await runText({
      ...run,
      source: alertProgram === null ? source : telling(source, alertProgram, commandOf(name).stream, say),
      report: report(name, {
        format,
        events: options.events,
        by: options.by,
        units: options.units,
        times: {
          sinceUs: options.timeSinceStart ? performance.timeOrigin * 1000 : null,
          clock: options.timestamp,
          delta: options.delta,
        },
        unjudged: notJudged,
        aside: say,
      }),
      note: format?.mixes ? null : say,
    });
  }
}

/** Resolves to the exit code. What --verbose tells is kept until the terminal is back. */
async function ui(options: Options): Promise<number> {
  const { filter, wire, wishes, units, intervalMs, durationMs, color, stats, count } = options;
  if (count !== null) throw new UsageError(`--count goes with ${listed(COMMAND_PANES)}, not with the screen`);
  const log: string[] = [];
  try {
    const source = openSource(options, (line) => log.push(line), false);
    const { runUi } = await import('./ui/app.tsx'); // other commands do without React and its layout
    return await runUi({
      source,
      options: {
        filter,
        wire,
        ...wishes,
        units,
        intervalMs,
        statsOnly: stats,
        color,
        message: strangerNote(options.loneWord) || (wishes.readsTls ? TLS_COST : ''),
        ...(durationMs !== null && { duration: durationMs }),
      },
      readFilter: (text) => readFilter(text, names),
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
  await text(command === 'ui' ? PANE_NAMES[0] : (command as PaneName | 'debug'), options);
  return 0;
}

async function run(argv: string[]): Promise<number> {
  const options = parse(argv, process.env, { ...names, isProcess, settings: () => readSettings(names) });
  switch (options.command) {
    case 'help':
      return print(helpOf(options.topic).split('\n'));
    case 'version':
      return print([version()]);
    case 'explain':
      return explainAndPrint(options);
    case 'functions':
      return listAndPrint(options);
    case 'doctor': {
      const { lines, ready } = runDoctor(kernel, options.verbose);
      await print(lines);
      return ready ? 0 : 1;
    }
    default:
      return capture(options, argv);
  }
}

function explainAndPrint(options: Options): Promise<number> {
  const { filter } = options;
  const explanation = explainFilter(filter.expression, (name) => machine.interfaceIndex(name));
  const format = formatNamed(options.format);
  if (!format) return print(explainText(filter.text, explanation));
  return print(recordLines(format, explanationRecord, [{ filter: filter.text, explanation }]));
}

function listAndPrint(options: Options): Promise<number> {
  const { rows, note } = listFunctions(options.glob ?? '*', options.attach, kernel, machine.symbols);
  if (note) say(`nettop: ${note}`);
  const format = formatNamed(options.format);
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
    if (error instanceof RefusedError) say(`\n${runDoctor(kernel, false).lines.join('\n')}`);
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
