/** One flag of the command line; --help and the parser are made from the table. */
export interface Flag {
  long: string;
  short?: string;
  /** What its value is called; a flag without one is on or off. */
  value?: string;
  help: string;
}

export const FLAGS: readonly Flag[] = [
  {
    long: 'address',
    short: 'i',
    value: 'ADDRESS',
    help: 'only packets, connections and processes with this address',
  },
  { long: 'port', short: 'p', value: 'PORT', help: 'only with this port' },
  { long: 'proto', value: 'PROTOCOL', help: 'only tcp, udp, icmp or icmp6' },
  { long: 'pid', value: 'PID', help: 'only of this process' },
  { long: 'stats', short: 's', help: 'statistics alone, no packets' },
  {
    long: 'debug-func',
    short: 'd',
    help: 'list the traced functions: how attached, address, hits, first raw headers',
  },
  { long: 'verbose', short: 'v', help: "full error detail: libbpf's messages and the verifier's log" },
  { long: 'json', help: 'one JSON object per line' },
  { long: 'interval', value: 'TIME', help: 'between two updates, such as 1s or 500ms (default 1s)' },
  { long: 'duration', value: 'TIME', help: 'stop after this time' },
  {
    long: 'count',
    short: 'c',
    value: 'N',
    help: 'stop after N packets (trace) or N reports (processes, connections)',
  },
  {
    long: 'rate-limit',
    value: 'N',
    help: 'packets per second into the trace (default 10000, 0 for no limit)',
  },
  {
    long: 'attach',
    value: 'KIND',
    help: 'trace by fentry, kprobe or tracepoint alone (default auto: the best for each function)',
  },
  { long: 'no-color', help: 'bold, dim and inverse only; NO_COLOR does the same' },
  { long: 'help', help: 'show this help' },
  { long: 'version', help: 'show the version' },
];

export const COMMANDS = {
  trace: 'packets as text, or as JSON lines with --json',
  processes: 'bytes by process',
  connections: 'TCP connections',
  doctor: 'what this machine allows, and what is missing',
} as const;

export type CommandName = keyof typeof COMMANDS;
