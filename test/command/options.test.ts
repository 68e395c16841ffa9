import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { COMMANDS, FLAGS } from '../../src/command/flags.ts';
import { helpText } from '../../src/command/help-text.ts';
import { type Machine, type Options, parse } from '../../src/command/options.ts';
import { UsageError } from '../../src/errors.ts';
import { FilterError } from '../../src/filter/error.ts';
import { COMMAND_PANES, GROUPED_PANES, withFlag } from '../../src/panes/registry.ts';
import { keys } from '../../src/ui/keys.ts';

/** The options, of the filter the text alone. */
type Shown = Omit<Options, 'filter'> & { filter: string };

const WISHES = { readsTls: false, withQueries: false };

const unchanged: Shown = {
  command: 'ui',
  topic: null,
  recording: null,
  compared: null,
  machines: [],
  record: { mostBytes: null, ringMs: null, triggers: [] },
  at: null,
  loneWord: null,
  bundle: null,
  filter: '',
  cgroup: null,
  format: 'text',
  events: false,
  by: null,
  stats: false,
  wire: false,
  wishes: WISHES,
  alertProgram: null,
  pcapng: null,
  pcapngAll: false,
  batch: false,
  width: null,
  units: { bits: false, iec: false },
  verbose: false,
  color: true,
  isPrivate: false,
  intervalMs: 1000,
  durationMs: null,
  count: null,
  rateLimit: null,
  attach: 'auto',
  functions: [],
  paths: [],
  kernelStack: false,
  timeSinceStart: false,
  timestamp: false,
  delta: false,
  glob: null,
  run: { command: [], screen: false, user: null, output: null },
  serve: { host: '127.0.0.1', port: 9431, webConfig: null, top: 100, requests: true },
  fleet: { pane: 'fleet-processes', url: '', hostLabel: 'instance', top: 500 },
};

const names: Machine = {
  netns: (name) => (name === 'blue' ? 4_026_532_001 : null),
  dropReasons: (pattern) => (pattern === 'NO_SOCKET' ? [3] : []),
  withoutInterface: (name) => (name === 'nosuch0' ? ['lo', 'eth0'] : null),
  isProcess: (name) => name === 'traced',
};

/** Words as a shell splits them; "a b" is one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

const shown = (options: Options): Shown => ({ ...options, filter: options.filter.text });

/** What differs from no arguments at all. */
function changes(line: string, env = {}): Partial<Shown> {
  const options = shown(parse(wordsOf(line), env, names));
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => !isDeepStrictEqual(unchanged[name as keyof Shown], value),
    ),
  );
}

test('no arguments: the screen, nothing filtered', () => {
  assert.deepEqual(shown(parse([], {}, names)), unchanged);
});

const good: [string, Partial<Shown>][] = [
  ['connections --events --json', { command: 'connections', events: true, format: 'json' }],
  ['traffic --by Host', { command: 'traffic', by: 'host' }],
  [
    'traffic --by network --prefix 16',
    { command: 'traffic', by: 'network', wishes: { ...WISHES, prefixes: { ip: 16, ip6: 64 } } },
  ],
  ['traffic --prefix /8,48', { command: 'traffic', wishes: { ...WISHES, prefixes: { ip: 8, ip6: 48 } } }],
  ['processes --by container', { command: 'processes', by: 'container' }],
  [
    'processes --by=Parent --json port 80',
    { command: 'processes', by: 'parent', format: 'json', filter: 'port 80' },
  ],
  ['connections --bits --iec', { command: 'connections', units: { bits: true, iec: true } }],
  ['--bits', { units: { bits: true, iec: false } }],
  ['-i 192.168.1.100 -p 443', { filter: 'host 192.168.1.100 and port 443' }],
  ['--address ::1', { filter: 'host ::1' }],
  ['-p443', { filter: 'port 443' }],
  ['-p=443', { filter: 'port 443' }],
  ['--port=443', { filter: 'port 443' }],
  ['--proto TCP', { filter: 'tcp' }],
  ['--proto icmp6 --pid 4194304', { filter: 'icmp6 and pid 4194304' }],
  ['-P udp', { filter: 'udp' }],
  ['-H 10.0.0.0/8', { filter: 'host 10.0.0.0/8' }],
  ['--host ::1 -i 10.0.0.1', { filter: 'host 10.0.0.1 and host ::1' }],
  ['--icmp-id 7', { filter: 'icmpid 7' }],
  ['--netns all -p 53', { filter: 'port 53' }],
  ['-I eth0 --netns blue', { filter: 'iface eth0 and netns blue' }],
  ['-I "my eth" --netns 4026532001', { filter: 'iface "my eth" and netns 4026532001' }],
  ['-I and', { filter: 'iface "and"' }],
  [
    '-i 10.0.0.1 -p 53 -P udp --pid 9 --icmp-id 1 -H 10.0.0.2 --netns blue -I lo drop or reason NO_SOCKET',
    {
      filter:
        'udp and host 10.0.0.1 and host 10.0.0.2 and port 53 and pid 9 and icmpid 1 and iface lo and netns blue ' +
        'and (drop or reason NO_SOCKET)',
    },
  ],
  ['-f tcp_*', { functions: ['tcp_*'] }],
  ['-f tcp_* --function ip*rcv* -f tcp_v4_rcv.cold', { functions: ['tcp_*', 'ip*rcv*', 'tcp_v4_rcv.cold'] }],
  ['--path drop', { paths: ['drop'] }],
  ['--path Receive,netfilter,receive', { paths: ['receive', 'netfilter'] }],
  ['--kernel-stack -t --delta', { kernelStack: true, timeSinceStart: true, delta: true }],
  ['functions', { command: 'functions' }],
  ['functions tcp_* --json', { command: 'functions', glob: 'tcp_*', format: 'json' }],
  ['functions -p 443 tcp', { command: 'functions', glob: 'tcp', filter: 'port 443' }],
  ['explain', { command: 'explain' }],
  ['explain -p 443 not tcp', { command: 'explain', filter: 'port 443 and (not tcp)' }],
  ['-s', { stats: true }],
  ['-sv', { stats: true, verbose: true }],
  ['-vp 443', { verbose: true, filter: 'port 443' }],
  ['--stats --verbose', { stats: true, verbose: true }],
  ['-d', { command: 'debug' }],
  ['--debug-func -p 80', { command: 'debug', filter: 'port 80' }],
  ['trace', { command: 'trace' }],
  [
    'trace --json -p 443 tcp or udp',
    { command: 'trace', format: 'json', filter: 'port 443 and (tcp or udp)' },
  ],
  ['processes --json', { command: 'processes', format: 'json' }],
  ['-c 3 connections', { command: 'connections', count: 3 }],
  ['--count 1000000000', { count: 1e9 }],
  ['--json', { command: 'trace', format: 'json' }],
  ['--json udp', { command: 'trace', format: 'json', filter: 'udp' }],
  [
    'requests --query --json',
    { command: 'requests', wishes: { readsTls: false, withQueries: true }, format: 'json' },
  ],
  [
    '--json --query --tls',
    { command: 'requests', wishes: { readsTls: true, withQueries: true }, format: 'json' },
  ],
  ['--format pcapng', { command: 'trace', format: 'pcapng', pcapng: '-' }],
  [
    'trace --format PCAPNG --pcapng-all',
    { command: 'trace', format: 'pcapng', pcapng: '-', pcapngAll: true },
  ],
  ['trace --format pcapng --pcapng f', { command: 'trace', format: 'pcapng', pcapng: 'f' }],
  ['doctor --format csv', { command: 'doctor', format: 'csv' }],
  ['-b', { batch: true }],
  ['-bs -c 3 --format text', { batch: true, stats: true, count: 3 }],
  ['--batch -w 200 port 443', { batch: true, width: 200, filter: 'port 443' }],
  ['--query', { wishes: { readsTls: false, withQueries: true } }],
  ['doctor -v', { command: 'doctor', verbose: true }],
  ['port 443 or port 80', { filter: 'port 443 or port 80' }],
  ['"port 443 or port 80" and tcp', { filter: 'port 443 or port 80 and tcp' }],
  ['443', { filter: '443' }],
  ['0443', { filter: '0443' }],
  ['nginx', { filter: 'nginx', loneWord: 'nginx' }],
  ['constructor', { filter: 'constructor', loneWord: 'constructor' }],
  ['-- port 443', { filter: 'port 443' }],
  ['--', {}],
  ['--rate-limit 0', { rateLimit: 0 }],
  ['--attach kprobe', { attach: 'kprobe' }],
  ['--attach auto', {}],
  ['--attach Kprobe-Multi', { attach: 'kprobe-multi' }],
  ['--rate-limit 50000', { rateLimit: 50_000 }],
  ['--interval 500ms', { intervalMs: 500 }],
  ['--interval 50ms', { intervalMs: 50 }],
  ['--interval 2', { intervalMs: 2000 }],
  ['--interval 1.5s', { intervalMs: 1500 }],
  ['--duration 2m', { durationMs: 120_000 }],
  ['--duration 1h', { durationMs: 3_600_000 }],
  ['--no-color', { color: false }],
  ['--icmpid 7', { filter: 'icmpid 7' }],
  [
    '--ip=10.0.0.0/8 -N blue -T --debug',
    { filter: 'host 10.0.0.0/8 and netns blue', timestamp: true, verbose: true },
  ],
  ['help', { command: 'help' }],
  ['-h', { command: 'help' }],
  ['help trace', { command: 'help', topic: 'trace' }],
  ['trace --help', { command: 'help', topic: 'trace' }],
  ['drops -h', { command: 'help', topic: 'drops' }],
  ['help filter', { command: 'help', topic: 'filter' }],
  ['version', { command: 'version' }],
  ['-V', { command: 'version' }],
  ['processes proceses', { command: 'processes', filter: 'proceses', loneWord: 'proceses' }],
  ['traced', { filter: 'traced', loneWord: 'traced' }],
  ['--help', { command: 'help' }],
  ['--version', { command: 'version' }],
];

test('of --batch the width is the flag’s, else that of COLUMNS where it is one', () => {
  const width = (line: string, COLUMNS: string) => parse(wordsOf(line), { COLUMNS }, names).width;
  assert.deepEqual(
    [
      width('-b', '200'),
      width('-b -w 60', '200'),
      width('-b', '9'),
      width('-b', '9999'),
      width('-b', 'wide'),
    ],
    [200, 60, 40, 1000, null],
  );
});

test('of run all behind the first -- is the command, nettop’s flags before it', () => {
  const words = wordsOf('run --json --user root -- npm --json -- --no-such-flag');
  const { command, run, format } = parse(words, {}, names);
  assert.deepEqual([command, format], ['run', 'json']);
  assert.deepEqual(run, {
    command: ['npm', '--json', '--', '--no-such-flag'],
    screen: false,
    user: 'root',
    output: null,
  });
  const { run: shown, wishes, units } = parse(wordsOf('run --screen --tls --iec -- ls'), {}, names);
  assert.deepEqual([shown.screen, wishes.readsTls, units.iec], [true, true, true]);
  assert.equal(parse(wordsOf('run --help'), {}, names).topic, 'run');
  assert.equal(parse(['run', '--', ...Array<string>(5000).fill('x')], {}, names).run.command.length, 5000);
});

test('command lines and what they ask for', () => {
  assert.deepEqual(
    good.map(([line]) => [line, changes(line)]),
    good,
  );
});

const DEEP = '('.repeat(100_000);
const HUGE: string[][] = [
  ['x'.repeat(130_000)],
  [DEEP],
  Array.from({ length: 100_000 }, () => 'not'),
  ['not '.repeat(30_000)],
  ['port 1 or '.repeat(13_000)],
  Array.from({ length: 100_000 }, (_, index) => (index % 2 ? 'and' : 'tcp')),
  ['"'.repeat(100_000)],
  ['\\"'.repeat(50_000)],
  [`10.0.0.1:${'1'.repeat(100_000)}`],
  [`[${':'.repeat(100_000)}]`],
  [`-${'v'.repeat(100_000)}`],
  [`--${'no-'.repeat(40_000)}`],
  [`--${'a-'.repeat(50_000)}`],
  Array.from({ length: 50_000 }, () => '-v'),
  Array.from({ length: 50_000 }, () => ['-p', '80']).flat(),
  Array.from({ length: 50_000 }, () => ['-f', '*a*']).flat(),
  ...FLAGS.filter(({ value }) => value).flatMap(({ long }) =>
    ['9', 'a', '*a', '1.', '::', ' ', '[', '\\', '(', '"'].map((text) => [
      `--${long}`,
      text.repeat(Math.floor(120_000 / text.length)),
    ]),
  ),
];

test('no argument takes more than a second to be refused or taken, whatever its size', () => {
  for (const argv of HUGE) {
    const begin = process.cpuUsage();
    try {
      parse(argv, {}, names);
    } catch (error) {
      assert.ok(error instanceof UsageError, `${argv[0]?.slice(0, 20)}: ${(error as Error).stack}`);
      assert.ok(error.message.length < 500 && !error.message.includes('\n'), error.message.slice(0, 600));
    }
    const { user, system } = process.cpuUsage(begin);
    assert.ok(user + system < 1_000_000, `${argv.join(' ').slice(0, 40)}: ${user + system} µs`);
  }
});

test('NO_COLOR turns colours off unless it is empty', () => {
  assert.deepEqual([changes('', { NO_COLOR: '1' }), changes('', { NO_COLOR: '' })], [{ color: false }, {}]);
});

const NO_COMMAND = 'run needs a command behind --, as in nettop run -- npm install';

const bad: [string, string][] = [
  ['run', NO_COMMAND],
  ['run --', NO_COMMAND],
  ['run npm install', NO_COMMAND],
  ['run npm -- install', NO_COMMAND],
  ['run --port 80 -- ls', '--port does not go with run'],
  ['run --output -- ls', '--output needs a value'],
  ['requests --user root', '--user goes with run: nettop run --user'],
  ['--screen', '--screen goes with run: nettop run --screen'],
  ['record f --cgroup a', `--cgroup goes with ${COMMAND_PANES.join(', ')} and with the screen`],
  ['run --format csv -- ls', '--format csv does not go with run, which writes text and json'],
  ['trace --from f -f tcp_*', '--function: a recording has what was captured then: leave out --function'],
  ['requests --from f --query', '--query: a recording has what was captured then: leave out --query'],
  ['trace --ssh a --path drop', '--path is about this machine: leave it out with --ssh'],
  ["alerts --ssh a --alert 'rx > 1'", '--alert is about this machine: leave it out with --ssh'],
  ['record f --json', '--json does not go with record: see nettop help record'],
  [
    "record f --ring 5s --trigger 'rx > 1' --stats",
    '--stats looks for no alerts: leave it out, or --trigger',
  ],
  ['replay f --format csv', '--format csv does not go with replay: see nettop help replay'],
  ['version --json', '--json does not go with version: see nettop help version'],
  ['-d --json', '--json does not go with --debug-func: see nettop help'],
  [
    'processes --format pcapng',
    '--format pcapng does not go with processes, which writes text, json and csv',
  ],
  ['doctor --format pcapng', '--format pcapng does not go with doctor, which writes text, json and csv'],
  ['trace --format xml', '--format: "xml" is not one of text, json, csv, pcapng'],
  ['-b --json', '--batch prints the screen as text: leave out --json'],
  ['-b --format csv', '--batch prints the screen as text: leave out --format'],
  ['-b --tls', '--batch prints the screen as text: leave out --tls'],
  ['connections -b', '--batch prints the screen, and does not go with connections'],
  ['-b record f', '--batch prints the screen, and does not go with record'],
  ['-w 200', '--width goes with --batch'],
  ['-b -w 39', '--width: "39" is not a whole number from 40 to 1000'],
  ['proceses', 'no command proceses; did you mean processes?'],
  ['Traec --json', 'no command Traec; did you mean trace?'],
  ['hlep', 'no command hlep; did you mean help?'],
  ['help traec', 'no command traec; did you mean trace?'],
  ['help nothing', 'no command nothing; see nettop help'],
  ['traffic --prefix 33', '--prefix: "33" is not a length such as 16, or 16,48 with that of IPv6'],
  ['traffic --prefix 8,129', '--prefix: "8,129" is not a length such as 16, or 16,48 with that of IPv6'],
  ['services --prefix 8', `--prefix goes with ${withFlag('prefix').join(', ')}`],
  ['processes --by nix', '--by: "nix" is not one of container, unit, user, parent, name'],
  ['processes --by', '--by needs a value'],
  ['trace --bits', `--bits goes with ${withFlag('bits').join(', ')} and with the screen`],
  ['--by name', `--by goes with ${GROUPED_PANES.join(', ')}`],
  ['-i eth0', '--address: "eth0" is not an IP address; an interface is given with -I eth0'],
  ['-I nosuch0', '--interface: "nosuch0": there is no such interface; there are lo, eth0'],
  ['--ip 10.0.0.1 -H 10.0.0.2', '--host was given twice'],
  ['processes --events', '--events goes with connections: nettop connections --events'],
  ['--events', '--events goes with connections: nettop connections --events'],
  ['-p abc', '--port: "abc" is not a whole number from 1 to 65535'],
  ['-p 0', '--port: "0" is not a whole number from 1 to 65535'],
  ['-p 65536', '--port: "65536" is not a whole number from 1 to 65535'],
  ['-p -5', '--port: "-5" is not a whole number from 1 to 65535'],
  ['-p 80.5', '--port: "80.5" is not a whole number from 1 to 65535'],
  ['-p 0x50', '--port: "0x50" is not a whole number from 1 to 65535'],
  ['-p "4 43"', '--port: "4 43" is not a whole number from 1 to 65535'],
  ['-p 443 -p 80', '--port was given twice'],
  ['--port 443 -p 80', '--port was given twice'],
  ['-v --verbose', '--verbose was given twice'],
  ['-vsv', '--verbose was given twice'],
  ['--json --json', '--json was given twice'],
  [`-${'a1'.repeat(50_000)}`, `there is no flag "-${'a1'.repeat(19)}a…"; see nettop --help`],
  ['-f a -f', '--function needs a value'],
  ['-f -v', '--function needs a value'],
  ['-f "tcp_* udp_*"', '--function: "tcp_* udp_*" is no function of the kernel, nor a pattern such as tcp_*'],
  ['--path drop,', '--path: "" is not one of receive, transmit, forward, drop, netfilter, all'],
  ['--path up', '--path: "up" is not one of receive, transmit, forward, drop, netfilter, all'],
  ['-H 10.0.0', '--host: "10.0.0" is not an IPv4 or IPv6 address'],
  ['-H 10.0.0.0/33', '--host: "10.0.0.0/33" does not end in a prefix length from 0 to 32'],
  ['-H "10.0.0.1 or tcp"', '--host: "10.0.0.1 or tcp" is not an IPv4 or IPv6 address'],
  ['--netns red', '--netns: "red" is not a number from 0 to 4294967295, or the name of a network namespace'],
  ['-I " "', '--interface: needs a name'],
  ['--icmp-id 0', '--icmp-id: "0" is not a whole number from 1 to 65535'],
  ['functions tcp_* udp_*', 'functions takes one pattern, not "tcp_* udp_*"'],
  ['functions "a b"', 'functions: "a b" is no function of the kernel, nor a pattern such as tcp_*'],
  ['explain reason NO', 'filter: reason "NO": this kernel has none of that name (at column 8)'],
  ['-p', '--port needs a value'],
  ['--port=', '--port needs a value'],
  ['--port ""', '--port needs a value'],
  ['-vp', '--port needs a value'],
  ['-p -s', '--port needs a value'],
  ['-i', '--address needs a value'],
  ['-i 10.0.0', '--address: "10.0.0" is not an IP address'],
  ['-i 10.0.0.0/8', '--address: "10.0.0.0/8" is not an IP address'],
  ['-i example.org', '--address: "example.org" is not an IP address'],
  ['-i fe80::1%eth0', '--address: "fe80::1%eth0" is not an IP address'],
  ['--proto sctp', '--proto: "sctp" is not one of tcp, udp, icmp, icmp6'],
  ['--proto constructor', '--proto: "constructor" is not one of tcp, udp, icmp, icmp6'],
  ['--pid 0', '--pid: "0" is not a whole number from 1 to 4194304'],
  ['--pid nginx', '--pid: "nginx" is not a whole number from 1 to 4194304'],
  ['--count 0', '--count: "0" is not a whole number from 1 to 1000000000'],
  ['--attach uprobe', '--attach: "uprobe" is not one of auto, fentry, kprobe-multi, kprobe, tracepoint'],
  ['--rate-limit lots', '--rate-limit: "lots" is not a whole number from 0 to 1000000000'],
  ['--interval 10ms', '--interval: the shortest is 50ms'],
  ['--interval 0', '--interval: "0" is not a time such as 500ms, 1s or 2m'],
  ['--interval fast', '--interval: "fast" is not a time such as 500ms, 1s or 2m'],
  ['--interval', '--interval needs a value'],
  ['--duration 1d', '--duration: "1d" is not a time such as 500ms, 1s or 2m'],
  ['--duration 1000h', '--duration: "1000h" is not a time such as 500ms, 1s or 2m'],
  ['-x', 'there is no flag "-x"; see nettop --help'],
  ['-P 443', '--proto: "443" is not one of tcp, udp, icmp, icmp6'],
  ['-x', 'there is no flag "-x"; see nettop --help'],
  ['--colour', 'there is no flag "--colour"; see nettop --help'],
  ['--Port 443', 'there is no flag "--Port"; see nettop --help'],
  ['--debug_func', 'there is no flag "--debug_func"; see nettop --help'],
  ['--rateLimit 5', 'there is no flag "--rateLimit"; see nettop --help'],
  ['--no-port', 'there is no flag "--no-port"; see nettop --help'],
  ['--port.x 1', 'there is no flag "--port.x"; see nettop --help'],
  ['--__proto__ 1', 'there is no flag "--__proto__"; see nettop --help'],
  ['--stats=false', '--stats takes no value'],
  ['--verbose=yes', '--verbose takes no value'],
  ['-s=1', '--stats takes no value'],
  ['--=5', 'there is no flag "--"; see nettop --help'],
  ['port 443 trace', 'filter: expected and, or, or the end, not "trace" (at column 10)'],
  ['doctor eth0', 'doctor takes no argument, not "eth0"'],
];

function errorOf(line: string): UsageError {
  try {
    parse(wordsOf(line), {}, names);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  return assert.fail(`accepted: ${line}`);
}

test('command lines that are wrong, and the one line that says so', () => {
  assert.deepEqual(
    bad.map(([line]) => [line, errorOf(line).message]),
    bad,
  );
});

test('a filter that does not parse shows where, in the words that were typed', () => {
  const error = errorOf('-p 443 tcp and port abc');
  assert.ok(error instanceof FilterError);
  assert.equal(error.message, 'filter: port "abc" is not a number from 0 to 65535 (at column 14)');
});

test('a filter in brackets that it did not open is not closed by the flags’', () => {
  assert.match(errorOf('-p 443 "tcp) or (udp"').message, /^filter: expected and, or, or the end, not "\)"/);
});

test('--help has every flag, command and key', () => {
  const lines = helpText().split('\n');
  const has = (left: string, right: string): boolean =>
    lines.some((line) => line.trimStart().startsWith(left) && line.endsWith(right));
  const flags = FLAGS.map(({ long, short, value, help }): [string, string] => [
    `${short ? `-${short}, ` : ''}--${long}${value ? ` ${value}` : ''} `,
    help,
  ]);
  const commands = Object.entries(COMMANDS);
  const shown = keys.map((key): [string, string] => [key.shown, key.label]);
  assert.deepEqual(
    [...flags, ...commands, ...shown].filter(([left, right]) => !has(left, right)),
    [],
  );
});
