import { UsageError } from '../errors.ts';
import { type Arguments, splitArguments } from './arguments.ts';
import { flagsOf } from './command-help.ts';
import { textOf } from './flag-values.ts';

/** What `run` is asked for. */
export interface RunWishes {
  /** With its arguments. */
  command: readonly string[];
  /** The screen is to be there meanwhile. */
  screen: boolean;
  /** As whom; null: as who called sudo. */
  user: string | null;
  /** The file of the report; null: it goes to stderr. */
  output: string | null;
}

const FLAGS = ['user', 'output', 'screen'];
const EXAMPLE = 'nettop run -- npm install';

/** The command line; of `run` what is behind "--" is apart, as it is not nettop's. Throws a UsageError. */
export function splitRun(argv: readonly string[]): {
  typed: Arguments;
  behind: readonly string[];
} {
  const end = argv.indexOf('--');
  const typed = splitArguments(end < 0 ? argv : argv.slice(0, end));
  const { flags, words } = typed;
  if (words[0] !== 'run' || flags.has('help'))
    return {
      typed: end < 0 || flags.has('help') ? typed : splitArguments(argv),
      behind: [],
    };
  if (words.length > 1 || end < 0 || end === argv.length - 1)
    throw new UsageError(`run needs a command behind --, as in ${EXAMPLE}`);
  const known = flagsOf('run').map(({ long }) => long);
  const other = [...flags.keys()].find((flag) => flag !== 'version' && !known.includes(flag));
  if (other !== undefined) throw new UsageError(`--${other} does not go with run`);
  return { typed, behind: argv.slice(end + 1) };
}

/** Its flags, which no other command takes. Throws a UsageError. */
export function runWishesOf(given: Arguments, name: string, command: readonly string[]): RunWishes {
  const stray = FLAGS.find((flag) => given.flags.has(flag));
  if (stray !== undefined && name !== 'run')
    throw new UsageError(`--${stray} goes with run: nettop run --${stray}`);
  return {
    command,
    screen: given.flags.has('screen'),
    user: textOf(given, 'user'),
    output: textOf(given, 'output'),
  };
}
