import meow from 'meow';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { FLAGS, type Flag } from './flags.ts';

export interface Arguments {
  /** Values of the flags that were given, by their long name; none where a flag takes none. */
  flags: ReadonlyMap<string, readonly string[]>;
  words: string[];
}

/** No filter has more words; meow's time for a flag that is given again grows with the square. */
const MOST_ARGUMENTS = 1000;

/** Splits the command line into flags and words. Throws a UsageError. */
export function splitArguments(given: readonly string[]): Arguments {
  if (given.length > MOST_ARGUMENTS)
    throw new UsageError(`at most ${MOST_ARGUMENTS} arguments, not ${given.length}`);
  const argv = withDashes(withOwnNames(ofReplay(given)));
  const named = namedFlags(argv);
  const cli = meow({
    importMeta: import.meta,
    argv,
    autoHelp: false,
    autoVersion: false,
    flags: Object.fromEntries(
      FLAGS.map(({ long, short, value }) => [
        camelCase(positive(long)),
        {
          ...(value
            ? { type: 'string' as const, isMultiple: true as const }
            : { type: 'boolean' as const, default: long.startsWith('no-') }),
          ...(short && { shortFlag: short }),
        },
      ]),
    ),
  });
  const flags = new Map<string, readonly string[]>();
  const known = new Map(FLAGS.map((flag) => [camelCase(positive(flag.long)), flag]));
  for (const [key, given] of Object.entries(cli.flags as Record<string, unknown>)) {
    const flag = known.get(key);
    if (!flag) throw unknownFlag(`-${key}`);
    if (Array.isArray(given)) {
      if (given.length > 0 || named.has(flag)) flags.set(flag.long, valuesOf(flag, given, named.get(flag)));
    } else if (given === !flag.long.startsWith('no-')) flags.set(flag.long, []);
  }
  return { flags, words: cli.input.map(String) };
}

/** With replay `-t TIME` is `--at TIME`: it prints no times. */
function ofReplay(argv: readonly string[]): readonly string[] {
  return argv.find((word) => !word.startsWith('-')) === 'replay'
    ? argv.map((word) => (word === '-t' ? '--at' : word))
    : argv;
}

/** Flags that have another name too, by the one that is nettop's. */
function withOwnNames(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((word, index) => {
    const name = index < end && word.startsWith('--') ? word.slice(2).split('=', 1)[0] : undefined;
    const flag = name && FLAGS.find(({ also }) => also?.includes(name));
    return flag ? `--${flag.long}${word.slice(2 + name.length)}` : word;
  });
}

/** `--pcapng -` as one word: meow takes a dash by itself for no value. */
function withDashes(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const isDash = (at: number) => argv[at] === '-' && at < end && takesValue(argv[at - 1]);
  return argv.flatMap((word, at) => (isDash(at) ? [] : isDash(at + 1) ? [`${word}=-`] : [word]));
}

const takesValue = (word = ''): boolean => FLAGS.some(({ long, value }) => value && word === `--${long}`);

function valuesOf({ long, repeatable }: Flag, given: unknown[], times = 0): string[] {
  if (given.length > 1 && !repeatable) throw new UsageError(`--${long} was given twice`);
  const values = given.map(String);
  if (values.length < Math.max(1, times) || values.includes(''))
    throw new UsageError(`--${long} needs a value`);
  return values;
}

/** meow's time for a word of letters grows with the square of their number. */
const LONGEST_LETTERS = 2000;

/**
 * Flags as they are written, and how often: meow takes spellings that --help does not name, leaves out a flag
 * whose value is missing, and drops the value of one that has none. Unknown letters are left to it.
 */
function namedFlags(argv: readonly string[]): Map<Flag, number> {
  const end = argv.indexOf('--');
  const named = new Map<Flag, number>();
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    if (/^-[^-]/.test(word) && word.length > LONGEST_LETTERS) throw unknownFlag(word);
    const [, long, letters, equals] = /^(?:--([^=]*)|-([a-z]+))(=|$)/i.exec(word) ?? [];
    const flags = letters
      ? [...letters].flatMap((letter) => FLAGS.find(({ short }) => short === letter) ?? [])
      : FLAGS.filter((one) => one.long === long);
    if (long !== undefined && flags.length === 0) throw unknownFlag(`--${long}`);
    const last = flags.at(-1);
    if (last && !last.value && equals) throw new UsageError(`--${last.long} takes no value`);
    for (const flag of flags) named.set(flag, (named.get(flag) ?? 0) + 1);
  }
  for (const [{ long, value }, times] of named) {
    if (!value && times > 1) throw new UsageError(`--${long} was given twice`);
  }
  return named;
}

function unknownFlag(word: string): UsageError {
  return new UsageError(`there is no flag ${quote(word)}; see nettop --help`);
}

/** --no-color is the flag "color" turned off. */
function positive(long: string): string {
  return long.replace(/^no-/, '');
}

function camelCase(long: string): string {
  return long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
