import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { fields, startCapture } from './pcapng.ts';
import { startPeer } from './peer.ts';
import { folderOf, RecordRun } from './recorder.ts';
import { until } from './until.ts';

const ON_ONE_CPU = ['taskset', '-c', '0'];
const PROBE = 10;
/** A datagram that nobody takes: it and what ICMP says of it have lengths of their own. */
const REFUSED = 300;
const OURS = `tcp || udp.length == ${8 + REFUSED} || (icmp && ip.len == ${20 + 8 + 20 + 8 + REFUSED})`;

/** What both files are to have of a frame. */
const SAME = [
  ...['frame.interface_name', 'frame.len', 'eth.dst', 'eth.type', 'ip.src', 'ip.dst', 'ip.len', 'ip.ttl'],
  ...['ip.proto', 'ipv6.src', 'ipv6.dst', 'ipv6.plen', 'ipv6.hlim', 'ipv6.nxt', 'tcp.srcport', 'tcp.dstport'],
  ...['tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'tcp.window_size_value', 'tcp.hdr_len', 'tcp.len'],
  ...['udp.srcport', 'udp.dstport', 'udp.length', 'icmp.type', 'icmp.code', 'frame.comment'],
];
/** Of these the ends are others with pseudonyms; a comment names things. */
const NUMBERS = SAME.filter((name) => !/src$|dst$|name$|comment$/.test(name));
const framesOf = (file: string, names: readonly string[] = SAME) =>
  fields(file, names, ['-E', 'occurrence=f', '-Y', OURS]);

/** Of a socket that is gone before anybody looks, the user is not known: to one of the two, or to both. */
const withoutUser = (frame: readonly string[]) => frame.map((text) => text.replace(/ uid=\d+ /, ' '));
const usersOf = (frames: readonly string[][]) =>
  new Set(frames.flatMap((frame) => / uid=(\d+) /.exec(frame.join('\t'))?.[1] ?? []));

const WRONG = ['retransmission', 'out_of_order', 'lost_segment', 'ack_lost_segment', 'zero_window'];

/** What `trace --pcapng` makes of a recording, and says. */
function made(t: TestContext, recording: string, more: readonly string[] = []) {
  const file = join(folderOf(t), 'made.pcapng');
  const args = ['trace', '--from', recording, '--pcapng', file, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, ''], stderr);
  return { file, told: stderr };
}

/** Over a cable by IPv4, on the loopback by IPv6, and what nobody takes: seen by a recorder and by a capture at once. */
async function seenTwice(t: TestContext) {
  const [near, far] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(near, far);
  const within = (namespace: typeof near) => [...ON_ONE_CPU, ...namespace.within];
  const server = await startPeer(t, { name: 'the server', within: within(far) });
  const six = await startPeer(t, { name: 'six', within: within(near) });
  const client = await startPeer(t, { name: 'client', within: within(near) });
  const port = await server.ask('listen', '192.0.2.2', 'echo');
  const port6 = await six.ask('listen', '::1', 'echo');
  await client.ask('bindUdp', '192.0.2.1');
  const args = ['--rate-limit', '0', `netns ${near.name} or netns ${far.name}`];
  const recorder = new RecordRun(t, args);
  await recorder.begun();
  const probe = () => client.ask('sendUdp', 1, PROBE, '192.0.2.2', port);
  const capture = await startCapture(t, args, probe);
  await client.ask('sendUdp', 1, REFUSED, '192.0.2.2', port);
  for (const [peer, host, at, bytes] of [
    [server, '192.0.2.2', port, 700],
    [six, '::1', port6, 40_000],
  ] as const) {
    const before = await client.ask('closed');
    await client.ask('connect', host, at);
    await client.ask('converse', 10, bytes);
    await client.ask('finish');
    await peer.ask('finish');
    await until('it is closed', async () => (await client.ask('closed')) > before);
  }
  const isLast = ({ bytes }: { bytes: Buffer }) => bytes.readUInt16BE(12) === 0x86dd && (bytes[67] ?? 0) & 1;
  await until('both ends are in the capture', () => capture.frames().filter(isLast).length >= 2);
  const { file } = await capture.end();
  await recorder.end();
  return { near, far, file, recording: recorder.file };
}

test(
  'frames made of a recording: tshark reads of each what it reads of the one that was captured, payload apart',
  live(
    async (t) => {
      const { near, far, file, recording } = await seenTwice(t);
      const captured = framesOf(file);
      assert.ok(captured.length > 40);
      const { file: once, told } = made(t, recording);
      const frames = framesOf(once);
      assert.deepEqual(frames.map(withoutUser), captured.map(withoutUser));
      assert.deepEqual(usersOf(frames), usersOf(captured));
      assert.match(told, /^nettop: \d+ packets in the capture; lost: 0 sightings /);
      assert.match(told, /\nnettop: out of a recording, which has no bytes of packets: /);
      const wrong = WRONG.map((name) => `tcp.analysis.${name}`).join(' || ');
      assert.deepEqual(fields(once, ['frame.number'], ['-Y', wrong]), []);
      const { stdout } = spawnSync('capinfos', [once], { encoding: 'utf8' });
      assert.match(stdout, /Capture comment: .*; out of a recording, which has no bytes of packets/);

      const packets = fields(once, ['frame.packet_id'], ['-Y', OURS]);
      const { file: every } = made(t, recording, ['--pcapng-all']);
      const sightings = fields(every, ['frame.packet_id', 'frame.interface_name'], ['-Y', OURS]);
      assert.deepEqual(new Set(sightings.map(([id]) => id)), new Set(packets.flat()));
      assert.ok(sightings.some(([, name]) => name === 'netif_receive_skb'));

      const hidden = made(t, recording, ['--private']);
      assert.deepEqual(framesOf(hidden.file, NUMBERS), framesOf(once, NUMBERS));
      const texts = fields(hidden.file, ['frame.interface_name', 'frame.comment']).flat().join(' ');
      for (const { name } of [near, far]) assert.ok(!`${texts} ${hidden.told}`.includes(name), name);
    },
    ['ip', 'tshark', 'capinfos', 'taskset'],
  ),
);
