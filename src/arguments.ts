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
    if (!flag) throw new UsageError(`there is no flag ${quote(dashed(key))}; see nettop --help`);
    if (Array.isArray(given)) {
      if (given.length > 0 || isNamed(flag, argv)) flags.set(flag.long, singleValue(flag.long, given));
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

/** A flag whose value is missing is not among the parsed ones. */
function isNamed({ long, short }: Flag, argv: readonly string[]): boolean {
  return argv.some((word) => word === `--${long}` || (short !== undefined && word === `-${short}`));
}

/** --no-color is the flag "color" turned off. */
function positive(long: string): string {
  return long.replace(/^no-/, '');
}

function camelCase(long: string): string {
  return long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function dashed(key: string): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return name.length === 1 ? `-${name}` : `--${name}`;
}
