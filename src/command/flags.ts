import { PATHS, type PaneName } from '../model/model.ts';
import { FORMATS } from '../output/formats/registry.ts';
import {
  COMMAND_PANES,
  commandOf,
  GROUPED_PANES,
  STREAM_PANES,
  TABLE_PANES,
  waysOf,
  withFlag,
} from '../panes/registry.ts';
import type { Flag } from './flag.ts';
import { SOURCE_FLAGS } from './source-flags.ts';
import { TAPE_FLAGS } from './tape-flags.ts';

export type { Flag };

const streams = STREAM_PANES.join(', ');
const tables = TABLE_PANES.join(', ');

export const FLAGS: readonly Flag[] = [
  {
    long: 'address',
    short: 'i',
    value: 'ADDRESS',
    help: 'only packets, connections and processes with this address',
  },
  { long: 'port', short: 'p', value: 'PORT', help: 'only with this port' },
  {
    long: 'host',
    short: 'H',
    value: 'HOST',
    help: 'only with this address, network or name, such as 10.0.0.0/8; --ip is the same',
    also: ['ip'],
  },
  { long: 'proto', short: 'P', value: 'PROTOCOL', help: 'only tcp, udp, icmp or icmp6' },
  { long: 'pid', value: 'PID', help: 'only of this process' },
  {
    long: 'icmp-id',
    value: 'N',
    help: 'only echoes (pings) with this identifier; --icmpid is the same',
    also: ['icmpid'],
  },
  { long: 'url', value: 'TEXT', help: 'only requests with this in their host and path' },
  { long: 'interface', short: 'I', value: 'NAME', help: 'only at this interface' },
  {
    long: 'netns',
    short: 'N',
    value: 'NETNS',
    help: 'only in this network namespace: its name, inode, or a path such as /proc/1/ns/net; all is the default, of traffic that of nettop',
  },
  {
    long: 'cgroup',
    value: 'CGROUP',
    help: 'only of processes in this cgroup, by its path or the name of a part of it, such as nginx.service; of panes and the screen',
  },
  {
    long: 'function',
    short: 'f',
    value: 'GLOB',
    help: 'trace the kernel functions of these names, such as tcp_*; may be given again',
    repeatable: true,
  },
  {
    long: 'path',
    value: 'SET',
    help: `trace these sets of functions: ${PATHS.join(', ')}; several with commas`,
  },
  { long: 'kernel-stack', help: 'with the kernel’s call stack at each function' },
  { long: 'time-since-start', short: 't', help: 'times since nettop started, not of the clock' },
  {
    long: 'timestamp',
    short: 'T',
    help: `times of the clock: ${withFlag('timestamp').join(', ')}: beside those of -t; ${tables}: before each table`,
  },
  { long: 'delta', help: 'with the time since the same packet’s function before' },
  { long: 'events', help: `${withFlag('events')}: a line for each event, such as connect, reset, close` },
  {
    long: 'by',
    value: 'WORD',
    help: `a row for each group, with sums: ${GROUPED_PANES.map((name) => `${name}: ${waysOf(name).join(', ')}`).join('; ')}; fleet: host, or over all hosts process, reason, port, kind`,
  },
  {
    long: 'prefix',
    value: 'N[,N]',
    help: `${withFlag('prefix')}: leading bits of networks, of IPv4 and IPv6 (default 24,64)`,
  },
  {
    long: 'pcapng',
    value: 'FILE',
    help: `${withFlag('pcapng')}: write packets’ first bytes with their process to a capture file for Wireshark; - is the standard output`,
  },
  {
    long: 'pcapng-all',
    help: `${withFlag('pcapng')}: each packet at each function, not once; functions are the interfaces`,
  },
  {
    long: 'batch',
    short: 'b',
    help: 'the screen as text, a frame an interval, with all rows: for files and pipes, as top -b',
  },
  {
    long: 'width',
    short: 'w',
    value: 'CELLS',
    help: '--batch: cells of a line (default COLUMNS, else the terminal’s, else 120)',
  },
  { long: 'stats', short: 's', help: 'statistics alone, no packets' },
  { long: 'wire', help: 'also count packets and bytes on the wire, per process or by cause if unowned' },
  {
    long: 'tls',
    help: `${withFlag('tls')}, run: also those within TLS, as programs hand them to OpenSSL or GnuTLS; a process or pid chooses whose`,
  },
  {
    long: 'query',
    help: `${withFlag('query')}: with the values of URLs’ queries, not their names alone; those of credentials stay hidden`,
  },
  {
    long: 'bits',
    help: `${withFlag('bits').join(', ')} and the screen: rates in bits per second; JSON and CSV stay in bytes`,
  },
  { long: 'iec', help: 'amounts by powers of 1024, such as KiB, instead of kB, which is 1000 bytes' },
  {
    long: 'alert',
    value: 'RULE',
    help: `${withFlag('alert')}: an alert of your own: a filter, a figure with its limit, and for how long; may be given again`,
    repeatable: true,
  },
  {
    long: 'alert-exec',
    value: 'PROGRAM',
    help: `${withFlag('alert-exec')}: start this program when an alert begins and when it ends, with its fields as environment`,
  },
  {
    long: 'debug-func',
    short: 'd',
    help: 'list the traced functions: how attached, address, hits, first raw headers',
  },
  {
    long: 'verbose',
    short: 'v',
    help: "full error detail, and what is loaded: libbpf's messages, the verifier's log; --debug is the same",
    also: ['debug'],
  },
  { long: 'json', help: 'one JSON object per line: --format json' },
  {
    long: 'format',
    value: 'FORMAT',
    help: `how records are written: text, ${FORMATS.map(({ name, about }) => `${name} (${about})`).join(', ')}, pcapng (${withFlag('pcapng')}: as --pcapng -)`,
  },
  {
    long: 'duration',
    value: 'TIME',
    help: 'stop after this time; bundle observes for so long (default 30s), or takes so much of the end of --from; --for is the same',
    also: ['for'],
  },
  {
    long: 'interval',
    value: 'TIME',
    help: 'between two updates, such as 1s or 500ms (default 1s, of a fleet 5s)',
  },
  {
    long: 'count',
    short: 'c',
    value: 'N',
    help: `stop after N rows (${streams}), N events, N reports (${tables}), or N frames (--batch)`,
  },
  {
    long: 'rate-limit',
    value: 'N',
    help: 'packets per second into the trace (default 10000, on the screen 2000), and requests per second (6000, the fewer the more come); 0 for no limit',
  },
  {
    long: 'attach',
    value: 'KIND',
    help: 'how to attach: fentry, kprobe-multi, kprobe, or tracepoint only (default auto: the best for each)',
  },
  {
    long: 'listen',
    value: 'ADDRESS',
    help: 'serve: the address and port that it listens at (default 127.0.0.1:9431)',
  },
  {
    long: 'web-config',
    value: 'FILE',
    help: 'serve: TLS, passwords and client certificates, in the file of Prometheus’ exporters; --web.config.file is the same',
    also: ['web.config.file'],
  },
  {
    long: 'top',
    value: 'N',
    help: 'serve: so many processes, containers, units, ports and interfaces have series of their own (default 100); fleet: so many rows of a pane (default 500)',
  },
  {
    long: 'no-requests',
    help: 'serve: without DNS and HTTP, which cost each packet of the machine a little',
  },
  ...SOURCE_FLAGS,
  {
    long: 'private',
    help: 'pseudonyms for addresses, users, containers, units, hosts and paths, the same throughout the run: for what others get to see',
  },
  {
    long: 'prometheus',
    value: 'URL',
    help: 'fleet: the server, such as http://127.0.0.1:9090, with USER:PASSWORD@ where it wants that; else PROMETHEUS_URL, and PROMETHEUS_TOKEN, of the environment',
  },
  {
    long: 'host-label',
    value: 'NAME',
    help: 'fleet: the label that tells machines apart (default instance)',
  },
  ...TAPE_FLAGS,
  {
    long: 'screen',
    help: 'run: the screen meanwhile, of the command alone; what it writes comes afterwards',
  },
  { long: 'user', value: 'NAME', help: 'run: as this user (default who called sudo), such as root' },
  { long: 'output', value: 'FILE', help: 'run: the report into this file, not to stderr' },
  { long: 'no-color', help: 'bold, dim and inverse only; NO_COLOR does the same' },
  { long: 'help', short: 'h', help: 'show this help; after a command, that command’s' },
  { long: 'version', short: 'V', help: 'show the version' },
];

/** Those that print no pane. */
const OTHERS = {
  serve: 'metrics for Prometheus, at http://127.0.0.1:9431/metrics',
  fleet: 'all machines that a Prometheus has, without root: hosts, processes, drops, listeners, alerts',
  record: 'writes all that is seen into a file, or with - to a pipe; a filter after it chooses packets',
  replay: 'the screen over a recording, without root; - reads one from a pipe',
  bundle: 'one file for a ticket: what is seen in half a minute, with a summary and what this machine allows',
  diff: 'what two recordings have more or less of: bytes, connections, requests, times, drops',
  run: 'runs a command and reports what it did in the network: nettop run -- npm install',
  functions: 'kernel functions that can be traced; a pattern such as tcp_* after it narrows them',
  explain: 'which part of a filter runs in the kernel, and its table of steps',
  doctor: 'what this machine allows, and what is missing',
  help: 'this help; of one command: nettop help trace; of filters: nettop help filter',
  version: 'the version',
} as const;

export type OtherCommand = keyof typeof OTHERS;
export type CommandName = PaneName | OtherCommand;

/** Every command with what it does, in the order of the help. */
export const COMMANDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(COMMAND_PANES.map((name) => [name, commandOf(name).about])),
  ...OTHERS,
};
