import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Namespace } from './namespace.ts';
import type { PacketLine } from './rows.ts';
import { until } from './until.ts';

/** A packet's headers in the words that nettop and tshark share. */
export type Headers = Pick<
  PacketLine,
  | 'protocol'
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'length'
  | 'destinationMac'
  | 'vlan'
  | 'icmp'
  | 'inner'
  | 'headers'
>;

const FIELDS = [
  'frame.protocols',
  'eth.dst',
  'vlan.id',
  'ip.src',
  'ip.dst',
  'ip.proto',
  'ip.len',
  'ip.frag_offset',
  'ipv6.src',
  'ipv6.dst',
  'ipv6.nxt',
  'ipv6.plen',
  'ipv6.hopopts.nxt',
  'ipv6.routing.nxt',
  'ipv6.dstopts.nxt',
  'ipv6.fraghdr.nxt',
  'ipv6.fraghdr.offset',
  'ah.next_header',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'icmp.type',
  'icmp.code',
  'icmp.ident',
  'icmp.seq',
  'icmpv6.type',
  'icmpv6.code',
  'icmpv6.echo.identifier',
  'icmpv6.echo.sequence_number',
  'vxlan.vni',
  'geneve.vni',
  'gre.key',
] as const;

/** Values of each field in the order of the packet's layers; taken from the front. */
type Fields = Record<(typeof FIELDS)[number], string[]>;

/** Captures what arrives for a station at an interface of a namespace; the returned function ends it after `mark` has arrived. */
export async function captureHeaders(
  t: TestContext,
  { within }: Namespace,
  device: string,
  to: string,
): Promise<(mark: string) => Promise<Headers[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-frames-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'frames.pcap');
  const options = ['-i', device, '-Q', 'in', '-Z', 'root', '-n', '-U', '--immediate-mode', '-w', file];
  const [command = '', ...args] = [...within, 'tcpdump', ...options];
  const tcpdump = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => tcpdump.kill('SIGKILL'));
  let said = '';
  tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(`tcpdump listens: ${said}`, () => said.includes('listening on'));
  return async (mark) => {
    await until('the mark in the capture', () => readFileSync(file).includes(mark));
    const gone = once(tcpdump, 'exit');
    tcpdump.kill('SIGINT');
    await gone;
    return read(file, to);
  };
}

function read(file: string, to: string): Headers[] {
  const preferences = ['ip.defragment', 'ipv6.defragment', 'tcp.analyze_sequence_numbers'];
  const options = ['-n', '-T', 'fields', '-E', 'separator=|', '-E', 'occurrence=a', '-E', 'aggregator= '];
  const { stdout, stderr, status } = spawnSync(
    'tshark',
    [
      ...['-r', file, '-Y', `eth.dst == ${to}`, ...options],
      ...preferences.flatMap((name) => ['-o', `${name}:FALSE`]),
      ...FIELDS.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout.split('\n').filter(Boolean).map(headersOf);
}

const EXTENSIONS = ['ipv6.hopopts', 'ipv6.routing', 'ipv6.dstopts', 'ipv6.fraghdr', 'ah'];
const NAMES: Record<string, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6' };

function headersOf(line: string): Headers {
  const values = line.split('|').map((field) => field.split(' ').filter(Boolean));
  const fields = Object.fromEntries(FIELDS.map((field, index) => [field, values[index] ?? []])) as Fields;
  const layers = (fields['frame.protocols'][0] ?? '').split(':');
  const tagged = /^[^:]*:ethertype:vlan/.test(layers.join(':')); // another tag may be inside a tunnel
  const outer = networkOf(layers, fields);
  const tunnel = tunnelOf(layers, fields);
  return {
    ...outer,
    destinationMac: fields['eth.dst'][0] ?? null,
    vlan: tagged ? numberOf(fields['vlan.id']) : null,
    icmp: icmpOf(fields, outer.protocol),
    inner: tunnel && { ...tunnel, ...innerOf(layers, fields) },
  };
}

function innerOf(layers: string[], fields: Fields) {
  const { protocol, source, sourcePort, destination, destinationPort } = networkOf(layers, fields);
  return { protocol, source, sourcePort, destination, destinationPort };
}

/** The next IP header in the list of layers, which is taken from its front, with what follows. */
function networkOf(layers: string[], fields: Fields) {
  layers.splice(
    0,
    layers.findIndex((layer) => layer === 'ip' || layer === 'ipv6'),
  );
  const family = layers.shift() === 'ip' ? 4 : 6;
  const take = (field: keyof Fields): string => fields[field].shift() ?? '';
  let protocol = take(family === 4 ? 'ip.proto' : 'ipv6.nxt');
  while (EXTENSIONS.includes(layers[0] ?? '')) {
    const layer = layers.shift();
    protocol = take((layer === 'ah' ? 'ah.next_header' : `${layer}.nxt`) as keyof Fields);
  }
  const offset = Number(take(family === 4 ? 'ip.frag_offset' : 'ipv6.fraghdr.offset'));
  const [next] = layers;
  const ported = (next === 'tcp' || next === 'udp') && next;
  return {
    protocol: NAMES[protocol] ?? protocol,
    source: take(family === 4 ? 'ip.src' : 'ipv6.src'),
    destination: take(family === 4 ? 'ip.dst' : 'ipv6.dst'),
    length: family === 4 ? Number(take('ip.len')) : Number(take('ipv6.plen')) + 40,
    sourcePort: ported ? Number(take(`${ported}.srcport`)) : null,
    destinationPort: ported ? Number(take(`${ported}.dstport`)) : null,
    headers: offset > 0 ? 'fragment' : 'complete',
  };
}

function tunnelOf(
  [layer, next]: string[],
  fields: Fields,
): Pick<NonNullable<Headers['inner']>, 'tunnel' | 'id'> | null {
  if (next === 'vxlan') return { tunnel: 'vxlan', id: numberOf(fields['vxlan.vni']) };
  if (next === 'geneve') return { tunnel: 'geneve', id: numberOf(fields['geneve.vni']) };
  if (layer === 'gre') return { tunnel: 'gre', id: numberOf(fields['gre.key']) };
  return layer === 'ip' || layer === 'ipv6' ? { tunnel: 'ipip', id: null } : null;
}

function icmpOf(fields: Fields, protocol: string): Headers['icmp'] {
  const six = protocol === 'icmp6';
  if (!six && protocol !== 'icmp') return null;
  const type = numberOf(fields[six ? 'icmpv6.type' : 'icmp.type']);
  const code = numberOf(fields[six ? 'icmpv6.code' : 'icmp.code']);
  if (type === null || code === null) return null; // a later fragment
  const id = numberOf(fields[six ? 'icmpv6.echo.identifier' : 'icmp.ident']);
  return { type, code, id, sequence: numberOf(fields[six ? 'icmpv6.echo.sequence_number' : 'icmp.seq']) };
}

/** The first, if there is one. Decimal, or hexadecimal with 0x. */
function numberOf([text]: string[]): number | null {
  return text === undefined ? null : Number(text);
}
