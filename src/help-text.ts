import { COMMANDS, FLAGS } from './flags.ts';
import { keys } from './keys.ts';

/** What --help prints; flags, commands and keys come from their tables. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, help]) => pair(name, help));
  const flags = FLAGS.map(({ long, short, value, help }) =>
    pair(`${short ? `-${short}, ` : '    '}--${long}${value ? ` ${value}` : ''}`, help),
  );
  return [
    'nettop: top for the Linux kernel’s network stack',
    '',
    'Usage: nettop [FLAGS] [FILTER]             the live view',
    '       nettop COMMAND [FLAGS] [FILTER]     the same as text',
    '',
    'Commands',
    ...commands,
    '',
    'Flags',
    ...flags,
    '',
    'Filter',
    pair('tcp and port 443 and not host 10.0.0.0/8', ''),
    pair('host net port portrange (with src or dst before), tcp udp icmp icmp6 ip ip6 proto', ''),
    pair('pid process iface netns len icmpid flags(syn|rst) drop reason, and or not ( )', ''),
    '',
    'Keys',
    ...keys.map(({ shown, label }) => pair(shown, label)),
    '',
  ].join('\n');
}

function pair(left: string, right: string): string {
  return `  ${left.padEnd(26)}  ${right}`.trimEnd();
}
