import { keys } from '../ui/keys.ts';
import { examplesOf, flagsOf } from './command-help.ts';
import { COMMANDS, type CommandName, FLAGS, type Flag } from './flags.ts';

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
    pair('host net port portrange (with src or dst before), tcp udp icmp icmp6 ip ip6 proto', ''),
    pair('pid process iface netns len icmpid flags(syn|rst) drop reason, and or not ( )', ''),
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
    ...(examples.length > 0 ? ['Examples', ...examples.map((line) => `  sudo nettop ${line}`), ''] : []),
    'nettop help tells of filters, keys and the other commands.',
    '',
  ].join('\n');
}

function flagLines(flags: readonly Flag[]): string[] {
  return flags.map(({ long, short, value, help }) =>
    pair(`${short ? `-${short}, ` : '    '}--${long}${value ? ` ${value}` : ''}`, help),
  );
}

function pair(left: string, right: string): string {
  return `  ${left.padEnd(26)}  ${right}`.trimEnd();
}
