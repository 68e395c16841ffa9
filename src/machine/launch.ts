import { type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { sanitize } from '../text/text.ts';
import { isInForeground } from './foreground.ts';
import { findProgram } from './program-files.ts';
import { environmentOf, type RunUser } from './run-user.ts';

/** What shells return for a command that is not there, and for one that may not be executed. */
export const NOT_FOUND = 127;
export const NOT_EXECUTABLE = 126;

/** A command that could not be started. */
export interface NotStarted {
  message: string;
  exitCode: number;
}

export interface Launched {
  /** Resolves to its exit code; 128 + n after a signal, as in shells. */
  exited: Promise<number>;
}

/** Looks for a command; null: it can be started. */
export function whyNotFound(command: string, environment: NodeJS.ProcessEnv): NotStarted | null {
  const name = sanitize(command);
  const { there, executable } = findProgram(command, environment);
  if (executable !== null) return null;
  if (there) return { message: `${name}: permission denied`, exitCode: NOT_EXECUTABLE };
  const what = command.includes('/') ? 'no such file' : 'command not found';
  return { message: `${name}: ${what}`, exitCode: NOT_FOUND };
}

/** Starts a command, as that user where one is given: setpriv(1) keeps its groups. `stdio`: else nettop's own. */
export function launch(
  [command = '', ...args]: readonly string[],
  user: RunUser | null,
  environment: NodeJS.ProcessEnv,
  stdio: StdioOptions = 'inherit',
): Launched {
  const [program, given] = user
    ? ['setpriv', [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', command, ...args]]
    : [command, args];
  const env = user ? environmentOf(user, environment) : environment;
  const child = spawn(program, given, { env, stdio });
  passSignals((signal) => child.kill(signal));
  return {
    exited: new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        process.stderr.write(`nettop: ${program}: ${error.message}\n`);
        resolve(error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE);
      });
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    }),
  };
}

/** Those that a terminal sends to the command as well are passed on only where none can have. */
function passSignals(pass: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const)
    process.on(signal, () => {
      if (!isInForeground()) pass(signal);
    });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => pass(signal));
}
