#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runUi } from './app.tsx';
import { LiveSource } from './capture/client.ts';
import { runDoctor } from './doctor.ts';
import { CaptureError, UsageError } from './errors.ts';
import { parseFilter } from './filter/parser.ts';
import { helpText } from './help-text.ts';
import { type Options, parse } from './options.ts';
import { debugLines } from './output/debug.ts';
import { type ReportName, report } from './output/report.ts';
import { runText } from './output/text.ts';
import { LineWriter } from './output/writer.ts';
import { missingCapabilities, offerSudo, privilegeError } from './privileges.ts';

const RING_BYTES = 16 << 20;

function source(options: Options, rawHeaders: boolean): LiveSource {
  const { rateLimit, verbose } = options;
  return new LiveSource({ rateLimit, ringBytes: RING_BYTES, rawHeaders, verbose }, (line) =>
    console.error(line),
  );
}

/** Resolves at the first SIGINT or SIGTERM; a second one does not cut the end short. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

async function text(name: ReportName, options: Options): Promise<void> {
  const { filter, intervalMs, durationMs, count, json } = options;
  await runText({
    source: source(options, false),
    report: report(name, json),
    writer: new LineWriter(process.stdout),
    filter,
    intervalMs,
    durationMs,
    count,
    interrupted: interruption(),
    nowUs: () => Date.now() * 1000,
    note: json ? null : (line) => console.error(line),
  });
}

async function ui(options: Options): Promise<void> {
  const { filter, intervalMs, durationMs, color, stats } = options;
  await runUi({
    source: source(options, false),
    options: {
      filter,
      intervalMs,
      statsOnly: stats,
      color,
      ...(durationMs !== null && { duration: durationMs }),
    },
    parseFilter,
  });
}

/** Lists the traced functions, waits for packets, and lists them again with what passed. */
async function debug(options: Options): Promise<void> {
  const live = source(options, true);
  const writer = new LineWriter(process.stdout);
  const { filter, intervalMs, durationMs, count } = options;
  let lines: string[] = [];
  await runText({
    source: {
      ask: (question) => live.ask(question),
      onAnswer: (listener) => live.onAnswer(listener),
      onFailure: (listener) => live.onFailure(listener),
      onPackets: (listener) => live.onPackets(listener),
      stop: () => live.stop(),
      finish: async () => {
        lines = debugLines(await live.debug());
        return live.finish();
      },
    },
    report: { ...report('trace', false), begin: () => [], packets: () => [], end: () => lines },
    writer,
    filter,
    intervalMs,
    durationMs,
    count,
    interrupted: interruption(),
    nowUs: () => Date.now() * 1000,
    note: (line) => console.error(line),
  });
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function run(argv: string[]): Promise<number> {
  const options = parse(argv, process.env);
  if (options.command === 'help') process.stdout.write(helpText());
  else if (options.command === 'version') console.log(version());
  else if (options.command === 'doctor') return runDoctor(options.verbose);
  else return capture(options, argv);
  return 0;
}

async function capture(options: Options, argv: string[]): Promise<number> {
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const code = await offerSudo(argv);
    if (code !== null) return code;
    throw privilegeError(missing, argv);
  }
  const { command } = options;
  if (command === 'debug') await debug(options);
  else if (command !== 'ui') await text(command as ReportName, options);
  else if (process.stdout.isTTY && process.stdin.isTTY) await ui(options);
  else await text('processes', options);
  return 0;
}

/** One clear line on stderr, and the exit code. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`nettop: ${error.message}`);
    return 2;
  }
  if (error instanceof CaptureError) {
    console.error(`nettop: ${error.message}\n        ${error.hint}`);
    return 1;
  }
  console.error(error);
  return 70; // EX_SOFTWARE
}

process.exitCode = await run(process.argv.slice(2)).catch(explain);
