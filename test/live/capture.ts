import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from './until.ts';

/** A packet as the capture says; what a packet of its protocol has not is null. */
export interface Captured {
  protocol: string;
  source: string;
  destination: string;
  sourcePort: number | null;
  destinationPort: number | null;
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  length: number;
}

const MARK = 'the capture ends here';
const DISCARD = 9; // RFC 863
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const PROTOCOLS: Record<string, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6' };
const FIELDS = [
  'ip.proto',
  'ipv6.nxt',
  'ip.src',
  'ipv6.src',
  'ip.dst',
  'ipv6.dst',
  'tcp.srcport',
  'udp.srcport',
  'tcp.dstport',
  'udp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.flags',
  'ip.len',
  'ipv6.plen',
];

/** An interface, and an address that is reached by it. */
const LOOPBACK = { device: 'lo', host: '127.0.0.99' };

/** Captures what passes an interface; the returned function ends it and returns the packets in order. */
export async function capture(
  t: TestContext,
  filter: string,
  { device, host } = LOOPBACK,
): Promise<() => Promise<Captured[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-capture-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'packets.pcap');
  const options = ['-i', device, '-Z', 'root', '-n', '-U', '--immediate-mode', '-s', '200', '-B', '16384'];
  const wanted = `(${filter}) or (udp dst port ${DISCARD} and host ${host})`;
  const tcpdump = spawn('tcpdump', [...options, '-w', file, wanted], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => tcpdump.kill('SIGKILL'));
  let said = '';
  tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(`tcpdump listens: ${said}`, () => said.includes('listening on'));
  return async () => {
    await mark(host, () => readFileSync(file).includes(MARK));
    const gone = once(tcpdump, 'exit');
    tcpdump.kill('SIGINT');
    await gone;
    if (!said.includes('\n0 packets dropped by kernel')) throw new Error(`the capture is not whole: ${said}`);
    return read(file);
  };
}

/** Sends a datagram that says where the capture ends, until it is there. */
async function mark(host: string, isThere: () => boolean): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.send(MARK, DISCARD, host, resolve));
  await until('the mark in the capture', isThere);
  socket.close();
}

/** What tshark says of each packet in a capture file. */
export function read(file: string): Captured[] {
  const options = ['-r', file, '-n', '-T', 'fields', '-E', 'separator=,', '-E', 'occurrence=f'];
  const exact = ['-o', 'ip.defragment:FALSE', '-o', 'tcp.analyze_sequence_numbers:FALSE'];
  const wanted = ['-Y', `!(udp.dstport == ${DISCARD})`];
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const { stdout, stderr, status } = spawnSync('tshark', [...options, ...exact, ...wanted, ...fields], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout.split('\n').filter(Boolean).map(packet);
}

function packet(line: string): Captured {
  const [proto4, proto6, src4, src6, dst4, dst6, ...rest] = line.split(',');
  const [tcpFrom, udpFrom, tcpTo, udpTo, sequence, acknowledgment, flags, length4, payload6] = rest;
  const number = (...texts: (string | undefined)[]) => {
    const text = texts.find((text) => text);
    return text ? Number(text) : null;
  };
  const number4or6 = proto4 || proto6 || '';
  const protocol = PROTOCOLS[number4or6] ?? number4or6;
  const bits = number(flags) ?? 0;
  return {
    protocol,
    source: src4 || src6 || '',
    destination: dst4 || dst6 || '',
    sourcePort: number(tcpFrom, udpFrom),
    destinationPort: number(tcpTo, udpTo),
    sequence: number(sequence),
    acknowledgment: number(acknowledgment),
    flags: FLAGS.filter((_, bit) => (bits >> bit) & 1),
    length: number(length4) ?? (number(payload6) ?? 0) + 40,
  };
}
