import { UsageError } from '../errors.ts';
import { FORMATS } from '../output/formats/registry.ts';
import { isPane, withFlag } from '../panes/registry.ts';
import { listed } from '../text/text.ts';
import type { Arguments } from './arguments.ts';
import { choiceOf, textOf } from './flag-values.ts';
import type { Options } from './options.ts';

/** A capture file: packets alone have bytes. */
export const PCAPNG = 'pcapng';

const RECORDS = FORMATS.map(({ name }) => name);
/** Those whose records are of one kind, beside the panes. Of a fleet they are those of its panes. */
const TABLES: readonly string[] = ['fleet', 'diff', 'functions', 'explain', 'doctor'];

/** What a command can write beside text. */
function formatsOf(command: Options['command']): readonly string[] {
  if (isPane(command)) return withFlag(PCAPNG).includes(command) ? [...RECORDS, PCAPNG] : RECORDS;
  if (TABLES.includes(command)) return RECORDS;
  return command === 'run' ? FORMATS.filter(({ mixes }) => mixes).map(({ name }) => name) : [];
}

/** What --format or --json asks for. Throws a UsageError where the command writes no such thing. */
export function formatOf(given: Arguments, command: Options['command']): string {
  const named = textOf(given, 'format');
  if (named !== null && given.flags.has('json'))
    throw new UsageError('--json is --format json: give one of them');
  const wanted = given.flags.has('json')
    ? 'json'
    : choiceOf('format', named ?? 'text', ['text', ...RECORDS, PCAPNG]);
  const known = ['text', ...formatsOf(command)];
  if (known.includes(wanted)) return wanted;
  const flag = given.flags.has('json') ? '--json' : `--format ${wanted}`;
  const what = command === 'debug' ? '--debug-func' : command;
  throw new UsageError(
    known.length > 1
      ? `${flag} does not go with ${what}, which writes ${listed(known)}`
      : `${flag} does not go with ${what}: see nettop help${command === 'debug' ? '' : ` ${what}`}`,
  );
}
