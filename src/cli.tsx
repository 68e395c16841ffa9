import { kernel, names, say } from './actions/context.ts';
import { extcap } from './actions/extcap.ts';
import { namesOf } from './actions/recordings.ts';
import { actionOf } from './actions/registry.ts';
import { readSettings } from './command/configuration.ts';
import { runDoctor } from './command/doctor.ts';
import { parse } from './command/options.ts';
import { areStacksWanted, CaptureError, FaultError, RefusedError, UsageError } from './errors.ts';
import { FilterError, pointAt } from './filter/error.ts';
import { isProcess } from './machine/is-process.ts';
import { limitError } from './machine/limits.ts';
import { HANGUP } from './terminal/signals.ts';

async function run(typed: string[]): Promise<number> {
  const argv = await extcap(typed);
  if (argv === null) return 0;
  const options = parse(argv, process.env, {
    ...names,
    isProcess,
    settings: () => readSettings(names),
    recorded: namesOf,
  });
  const act = await actionOf(options.command);
  return act(options, argv);
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
