#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runUi } from './app.tsx';
import { LiveSource } from './capture/client.ts';
import { runDoctor } from './doctor.ts';
import { CaptureError, UsageError } from './errors.ts';
import { parseFilter } from './filter/parser.ts';
import { helpText } from './help-text.ts';
import { type Options, parse } from './options.ts';
import { runDebug } from './output/debug.ts';
import { type ReportName, report } from './output/report.ts';
import { runText } from './output/text.ts';
import { LineWriter } from './output/writer.ts';
import { missingCapabilities, offerSudo, privilegeError } from './privileges.ts';

const RING_BYTES = 16 << 20;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function openSource({ command, rateLimit, verbose }: Options): LiveSource {
  return new LiveSource({ rateLimit, ringBytes: RING_BYTES, rawHeaders: command === 'debug', verbose }, say);
}

/** Resolves at the first signal to end; a second one does not cut the end short. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

async function text(name: ReportName | 'debug', options: Options): Promise<void> {
  const { filter, intervalMs, durationMs, count, json } = options;
  const run = {
    writer: new LineWriter(process.stdout),
    filter,
    intervalMs,
    durationMs,
    count,
    interrupted: interruption(),
    nowUs: () => Date.now() * 1000,
  };
  if (name === 'debug') await runDebug(openSource(options), run);
  else {
    await runText({
      ...run,
      source: openSource(options),
      report: report(name, json),
      note: json ? null : say,
    });
  }
}

/** Resolves to the exit code. */
function ui(options: Options): Promise<number> {
  const { filter, intervalMs, durationMs, color, stats } = options;
  const duration = durationMs === null ? {} : { duration: durationMs };
  return runUi({
    source: openSource(options),
    options: { filter, intervalMs, statsOnly: stats, color, ...duration },
    parseFilter,
  });
}

async function capture(options: Options, argv: string[]): Promise<number> {
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
  const options = parse(argv, process.env);
  switch (options.command) {
    case 'help':
      process.stdout.write(helpText());
      return 0;
    case 'version':
      process.stdout.write(`${version()}\n`);
      return 0;
    case 'doctor': {
      const { lines, ready } = runDoctor(options.verbose);
      process.stdout.write(`${lines.join('\n')}\n`);
      return ready ? 0 : 1;
    }
    default:
      return capture(options, argv);
  }
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** One clear line on stderr, a second one with what to do; returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    say(`nettop: ${error.message}`);
    return 2;
  }
  if (error instanceof CaptureError) {
    say(`nettop: ${error.message}\n        ${error.hint}`);
    return 1;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70; // EX_SOFTWARE
}

process.exitCode = await run(process.argv.slice(2)).catch(explain);
