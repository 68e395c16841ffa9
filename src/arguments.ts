import meow from 'meow';
import { UsageError } from './errors.ts';
import { quote } from './filter/error.ts';
import { FLAGS, type Flag } from './flags.ts';

export interface Arguments {
  /** Flags that were given, by their long name: true, or the value. */
  flags: ReadonlyMap<string, string | true>;
  words: string[];
}

/** Splits the command line into flags and words. Throws a UsageError. */
export function splitArguments(argv: readonly string[]): Arguments {
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
  const flags = new Map<string, string | true>();
  const known = new Map(FLAGS.map((flag) => [camelCase(positive(flag.long)), flag]));
  for (const [key, given] of Object.entries(cli.flags as Record<string, unknown>)) {
    const flag = known.get(key);
    if (!flag) throw unknownFlag(`-${key}`);
    if (Array.isArray(given)) {
      if (given.length > 0 || named.has(flag)) flags.set(flag.long, singleValue(flag.long, given));
    } else if (given === !flag.long.startsWith('no-')) flags.set(flag.long, true);
  }
  return { flags, words: cli.input.map(String) };
}

function singleValue(long: string, given: unknown[]): string {
  if (given.length > 1) throw new UsageError(`--${long} was given twice`);
  const value = String(given[0] ?? '');
  if (value === '') throw new UsageError(`--${long} needs a value`);
  return value;
}

/**
 * Flags as they are written: meow takes spellings that --help does not name, leaves out a flag whose value
 * is missing, and drops the value of one that has none. Unknown letters are left to it.
 */
function namedFlags(argv: readonly string[]): Set<Flag> {
  const end = argv.indexOf('--');
  const named = new Set<Flag>();
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, long, letters, equals] = /^(?:--([^=]*)|-([a-z]+))(=|$)/i.exec(word) ?? [];
    const flag = FLAGS.find((one) => one.long === long || (one.short && one.short === letters?.at(-1)));
    if (long !== undefined && !flag) throw unknownFlag(`--${long}`);
    if (flag && !flag.value && equals) throw new UsageError(`--${flag.long} takes no value`);
    if (flag) named.add(flag);
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
