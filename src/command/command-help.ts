import { type CommandName, FLAGS, type Flag } from './flags.ts';

const FILTER = ['address', 'port', 'host', 'proto', 'pid', 'icmp-id', 'interface', 'netns'];
const FUNCTIONS = ['function', 'path', 'kernel-stack', 'rate-limit', 'attach'];
const PRINTED = ['json', 'format', 'duration', 'count', 'verbose'];
const REPORT = [...FILTER, 'interval', 'timestamp', ...PRINTED];

/** The flags that mean something with a command, by their long names. */
const FLAGS_OF: Record<CommandName, readonly string[]> = {
  trace: [...FILTER, ...FUNCTIONS, 'time-since-start', 'timestamp', 'delta', ...PRINTED],
  processes: [...REPORT, 'wire'],
  connections: [...REPORT, 'events'],
  drops: REPORT,
  functions: ['attach', 'json', 'format'],
  explain: [...FILTER, 'json', 'format'],
  doctor: ['verbose'],
  help: [],
  version: [],
};

const EXAMPLES: Record<CommandName, readonly string[]> = {
  trace: ['trace tcp port 443', "trace --json -f 'tcp_*' -c 100 host 10.0.0.1"],
  processes: ['processes --duration 10s', 'processes --json --wire -c 1'],
  connections: ['connections -c 1 port 443', 'connections --events --json'],
  drops: ['drops --duration 10s', "drops --json 'reason NO_SOCKET or reason NETFILTER*'"],
  functions: ["functions 'tcp_*'"],
  explain: ["explain 'udp port 53 and nginx'"],
  doctor: ['doctor'],
  help: ['help trace'],
  version: [],
};

export function flagsOf(command: CommandName): Flag[] {
  return FLAGS.filter(({ long }) => FLAGS_OF[command].includes(long));
}

/** What stands behind "nettop". */
export function examplesOf(command: CommandName): readonly string[] {
  return EXAMPLES[command];
}
