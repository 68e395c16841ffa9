import { termHelp, wordsOfTerms } from '../filter/help.ts';
import { keys } from '../ui/keys.ts';
import { examplesOf, flagsOf } from './command-help.ts';
import { COMMANDS, type CommandName, FLAGS, type Flag } from './flags.ts';

/** What `nettop help` prints of a topic; null: of all. */
export function helpOf(topic: CommandName | 'filter' | null): string {
  if (topic === null) return helpText();
  return topic === 'filter' ? filterHelp() : commandHelp(topic);
}

/** What --help prints; flags, commands and keys come from their tables. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, help]) => pair(name, help));
  return [
    'nettop: top for the Linux kernel’s network stack',
    '',
    'Usage: nettop [FLAGS] [FILTER]             the live view',
    '       nettop COMMAND [FLAGS] [FILTER]     the same as text',
    '       nettop help COMMAND                 its flags, with examples',
    '',
    'Commands',
    ...commands,
    '',
    'Flags',
    ...flagLines(FLAGS),
    '',
    'Filter',
    pair('tcp and port 443 and not host 10.0.0.0/8', ''),
    pair('10.0.0.1:80, [::1]:443, and 10.0.0.1:5000 ⇄ 10.0.0.2:80 as the screen prints them', ''),
    ...wordsOfTerms().map((words) => pair(words, '')),
    pair('nettop help filter tells what each matches', ''),
    '',
    'Keys',
    ...keys.map(({ shown, label }) => pair(shown, label)),
    '',
  ].join('\n');
}

/** What `nettop help COMMAND` prints. */
export function commandHelp(command: CommandName): string {
  const examples = examplesOf(command);
  const flags = flagsOf(command);
  return [
    `nettop ${command}: ${COMMANDS[command]}`,
    '',
    ...(flags.length > 0 ? ['Flags', ...flagLines(flags), ''] : []),
    ...(examples.length > 0 ? ['Examples', ...examples.map((line) => `  ${line}`), ''] : []),
    'nettop help tells of filters, keys and the other commands.',
    '',
  ].join('\n');
}

/** What `nettop help filter` prints. */
export function filterHelp(): string {
  return [
    'nettop [FLAGS] FILTER: terms with and, or, not and parentheses',
    '',
    'Terms',
    ...termHelp().flatMap(({ written, matches }) => [`  ${plain(written)}`, `      ${plain(matches)}`]),
    '',
    'A bare number is a port, a bare address a host, any other bare word a part of a process’s name.',
    'After or a bare value is read like the one before it: port 80 or 443',
    '',
    'Examples',
    ...FILTERS.map((filter) => `  sudo nettop '${filter}'`),
    '',
  ].join('\n');
}

const FILTERS = ['tcp and not port 22', 'udp port 53 and nginx', 'drop and not reason NETFILTER*'];

/** Without Markdown. */
function plain(text: string): string {
  return text.replaceAll('\\|', '|').replaceAll('`', '');
}

function flagLines(flags: readonly Flag[]): string[] {
  return flags.map(({ long, short, value, help }) =>
    pair(`${short ? `-${short}, ` : '    '}--${long}${value ? ` ${value}` : ''}`, help),
  );
}

function pair(left: string, right: string): string {
  return `  ${left.padEnd(26)}  ${right}`.trimEnd();
}
