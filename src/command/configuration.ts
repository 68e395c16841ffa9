import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Names } from '../filter/value.ts';
import { readRule } from './alert-rules.ts';
import type { Arguments } from './arguments.ts';

/** What is in force whenever alerts are looked for. Not in a home: what it starts runs as root. */
export const CONFIGURATION = '/etc/nettop.conf';

const SETTINGS = ['alert', 'alert-exec'] as const;
const MOST_BYTES = 65_536;
const WRITABLE_BY_OTHERS = 0o022;

/** Values of flags, by their long names. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/**
 * The settings of a configuration: lines of a flag without its dashes and its value, `alert RULE` or
 * `alert-exec PROGRAM`; what begins with # is a comment. Throws a UsageError that names the line.
 */
export function settingsOf(text: string, names: Names): Settings {
  const settings = new Map<string, string[]>();
  for (const [index, line] of text.split('\n').entries()) {
    const { word = '', value = '' } = /^\s*(?<word>[^\s#]*)\s*(?<value>.*?)\s*$/u.exec(line)?.groups ?? {};
    if (word === '') continue;
    const fail = (problem: string) => new UsageError(`${CONFIGURATION}:${index + 1}: ${problem}`);
    const name = SETTINGS.find((one) => one === word);
    if (!name) throw fail(`there is no setting ${quote(word)}; there are ${SETTINGS.join(', ')}`);
    if (value === '') throw fail(`${name} needs a value`);
    if (name === 'alert') checkRule(value, names, fail);
    else if (settings.has(name)) throw fail(`${name} was given twice`);
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

function checkRule(rule: string, names: Names, fail: (problem: string) => UsageError): void {
  try {
    readRule(rule, names);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw fail(error.message.replace(/^--alert: /, ''));
  }
}

/** Those of this machine; none where there is no file. Throws a UsageError, also where others may write it. */
export function readSettings(names: Names): Settings {
  let text: string;
  try {
    const { uid, mode, size } = statSync(CONFIGURATION);
    if (uid !== 0 || mode & WRITABLE_BY_OTHERS)
      throw new UsageError(
        `${CONFIGURATION} must be root's, and no other's to write: what it starts runs as root`,
      );
    if (size > MOST_BYTES) throw new UsageError(`${CONFIGURATION} is longer than ${MOST_BYTES} bytes`);
    text = readFileSync(CONFIGURATION, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new UsageError(`${CONFIGURATION}: ${(error as Error).message}`);
  }
  return settingsOf(text, names);
}

/** The arguments with the settings before them, as far as `takes` says that the command has such a flag. */
export function withSettings(
  given: Arguments,
  takes: (flag: string) => boolean,
  settings: () => Settings = () => new Map(),
): Arguments {
  if (!SETTINGS.some(takes)) return given;
  const flags = new Map(given.flags);
  for (const [flag, values] of settings()) {
    const typed = flags.get(flag) ?? [];
    if (!takes(flag)) continue;
    flags.set(flag, flag === 'alert' ? [...values, ...typed] : typed.length > 0 ? typed : values);
  }
  return { flags, words: given.words };
}
