import { UsageError } from '../errors.ts';
import { withFlag } from '../panes/registry.ts';

/**
 * Wireshark's way to programs in its extcap folder (extcap(4)): it asks for their interfaces and options, then starts
 * a capture into a named pipe.
 */

const INTERFACE = 'nettop';
const OPTIONS = [
  '{call=--function}{display=Kernel functions}{type=string}{tooltip=such as tcp_*; the usual ones where empty}',
  '{call=--path}{display=Sets of functions}{type=string}{tooltip=receive, transmit, forward, drop, netfilter or all; several with commas}',
  '{call=--netns}{display=Network namespace}{type=string}{tooltip=its name, inode or path; all where empty}',
  '{call=--pid}{display=Process}{type=unsigned}{tooltip=its PID; all where empty}',
  '{call=--rate-limit}{display=Packets per second}{type=unsigned}{default=10000}{tooltip=0 for no limit}',
  '{call=--pcapng-all}{display=Each packet at each function}{type=boolflag}{default=false}{tooltip=functions are the interfaces; else each packet once}',
];
/** With a value as the next word. Those of nettop itself pass. */
const VALUES = ['--extcap-interface', '--extcap-capture-filter', '--fifo'];

/** What Wireshark asked for; null: it was not Wireshark. */
export type ExtcapRequest =
  /** What is printed. */
  | { lines: string[] }
  /** A filter that somebody types; what is wrong with it is printed, nothing else. */
  | { filter: string }
  /** The arguments as nettop has them. */
  | { argv: string[] };

/** Throws a UsageError where a capture has no pipe, or is not of nettop. */
export function extcapRequest(argv: readonly string[], version: string): ExtcapRequest | null {
  if (!argv.some((word) => word.startsWith('--extcap-') || word === '--capture')) return null;
  const { values, flags, rest } = split(argv);
  if (flags.has('--extcap-interfaces'))
    return {
      lines: [
        `extcap {version=${version}}{display=nettop}`,
        `interface {value=${INTERFACE}}{display=packets with their process}`,
      ],
    };
  const named = values.get('--extcap-interface');
  if (named !== INTERFACE) throw new UsageError(`--extcap-interface: there is ${INTERFACE}, no other`);
  if (flags.has('--extcap-dlts'))
    return { lines: ['dlt {number=1}{name=EN10MB}{display=Ethernet, or IP where a function has no more}'] };
  if (flags.has('--extcap-config'))
    return { lines: OPTIONS.map((option, number) => `arg {number=${number}}${option}`) };
  const filter = values.get('--extcap-capture-filter') ?? '';
  if (!flags.has('--capture')) return { filter };
  const pipe = values.get('--fifo');
  if (!pipe) throw new UsageError('--capture needs --fifo PATH');
  return {
    argv: [
      ...withFlag('pcapng'),
      `--pcapng=${pipe}`,
      ...withoutEmpty(rest),
      ...(filter ? ['--', filter] : []),
    ],
  };
}

function split(argv: readonly string[]) {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const [name = '', value] = word.split(/=(.*)/s);
    if (VALUES.includes(name)) values.set(name, value ?? argv[++at] ?? '');
    else if (name.startsWith('--extcap-') || name === '--capture') flags.add(name);
    else rest.push(word);
  }
  return { values, flags, rest };
}

/** An option that was left empty comes with an empty value. */
function withoutEmpty(words: readonly string[]): string[] {
  return words.filter((word, at) => word !== '' && words[at + 1] !== '');
}
