import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';

/** As much of a script's first line as the kernel reads: BINPRM_BUF_SIZE. */
const FIRST_LINE = 256;

export interface FoundProgram {
  /** There is such a file, whether it may be executed or not. */
  there: boolean;
  /** Its path; null: none may be executed. */
  executable: string | null;
}

/** Looks for a command as execvp(3) does. */
export function findProgram(command: string, environment: NodeJS.ProcessEnv): FoundProgram {
  const folders = (environment.PATH ?? '/usr/bin:/bin').split(':');
  const places = command.includes('/') ? [command] : folders.map((folder) => `${folder || '.'}/${command}`);
  const files = places.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  return { there: files.length > 0, executable: files.find(isExecutable) ?? null };
}

/** The files that a command runs: itself, and where it is a script what interprets it, also by way of env(1). */
export function programsOf(command: string, environment: NodeJS.ProcessEnv): string[] {
  const { executable } = findProgram(command, environment);
  if (executable === null) return [];
  const [, line] = /^#! *([^\n]+)/.exec(beginningOf(executable)) ?? [];
  const words = line?.trim().split(/\s+/) ?? [];
  const isEnv = words[0]?.endsWith('/env') === true;
  const interpreter = isEnv ? words.slice(1).find((word) => !word.startsWith('-')) : words[0];
  if (interpreter === undefined) return [executable];
  const { executable: found } = findProgram(interpreter, environment);
  return found === null ? [executable] : [executable, found];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** '' where it cannot be read. */
function beginningOf(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(FIRST_LINE);
      return bytes.toString('latin1', 0, readSync(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
