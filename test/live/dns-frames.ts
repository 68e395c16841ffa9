import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

/** A message of DNS as tshark reads it. */
export interface DnsFrame {
  /** Microseconds since the epoch. */
  timeUs: number;
  transport: 'tcp' | 'udp';
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  id: number;
  isAnswer: boolean;
  isTruncated: boolean;
  rcode: number;
  name: string;
  type: number;
  answerCount: number;
  /** Of A and AAAA. */
  addresses: string[];
  /** Of the message, in bytes. */
  length: number;
}

/** Captures DNS at the loopback of a namespace; the returned function ends that. */
export async function captureDns(t: TestContext, { within }: Namespace): Promise<() => Promise<DnsFrame[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-dns-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'frames.pcap');
  const options = ['-i', 'lo', '-Z', 'root', '-n', '-U', '--immediate-mode', '-B', '65536', '-w', file];
  const [command = '', ...args] = [...within, 'tcpdump', ...options, 'port', '53'];
  const tcpdump = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => tcpdump.kill('SIGKILL'));
  let said = '';
  tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(`tcpdump listens: ${said}`, () => said.includes('listening on'));
  return async () => {
    for (let size = -1; size !== statSync(file).size; await sleep(300)) size = statSync(file).size;
    const gone = once(tcpdump, 'exit');
    tcpdump.kill('SIGINT');
    await gone;
    return readFrames(file);
  };
}

/** As tshark writes it: several of one name are an array. */
type Layer = { readonly [key: string]: Layer | Layer[] | string | string[] | undefined };

function readFrames(file: string): DnsFrame[] {
  const options = ['-n', '-Y', 'dns', '-T', 'json', '--no-duplicate-keys'];
  const { stdout, stderr, status } = spawnSync('tshark', ['-r', file, ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  const frames = JSON.parse(stdout) as { _source: { layers: Layer } }[];
  return frames.flatMap(({ _source: { layers } }) =>
    within(layers, 'dns').map((dns) => frameOf(layers, dns)),
  );
}

function within(layer: Layer, name: string): Layer[] {
  const found = layer[name];
  return found === undefined || typeof found === 'string' ? [] : ([found].flat() as Layer[]);
}

function frameOf(layers: Layer, dns: Layer): DnsFrame {
  const [network, transport] = ['ip' in layers ? 'ip' : 'ipv6', 'tcp' in layers ? 'tcp' : 'udp'] as const;
  const field = (layer: string, name: string) =>
    within(layers, layer).map((fields) => fields[`${layer}.${name}`])[0];
  const records = (name: string) => within(dns, name).flatMap((all) => Object.values(all) as Layer[]);
  const [flags = {}] = within(dns, 'dns.flags_tree');
  const [query = {}] = records('Queries');
  const high = records('Additional records').map((record) => Number(record['dns.resp.ext_rcode'] ?? 0));
  const [seconds = '', fraction = ''] = String(field('frame', 'time_epoch')).split('.');
  return {
    timeUs: Number(seconds) * 1e6 + Number(`${fraction}000000`.slice(0, 6)),
    transport,
    source: String(field(network, 'src')),
    sourcePort: Number(field(transport, 'srcport')),
    destination: String(field(network, 'dst')),
    destinationPort: Number(field(transport, 'dstport')),
    id: Number(dns['dns.id']),
    isAnswer: flags['dns.flags.response'] === '1',
    isTruncated: flags['dns.flags.truncated'] === '1',
    rcode: Number(flags['dns.flags.rcode'] ?? 0) | (Math.max(0, ...high) << 4),
    name: String(query['dns.qry.name'] ?? ''),
    type: Number(query['dns.qry.type'] ?? 0),
    answerCount: Number(dns['dns.count.answers']),
    addresses: records('Answers').flatMap(
      (answer) => (answer['dns.a'] ?? answer['dns.aaaa'] ?? []) as string[],
    ),
    length: transport === 'tcp' ? Number(dns['dns.length']) : Number(field('udp', 'length')) - 8,
  };
}
