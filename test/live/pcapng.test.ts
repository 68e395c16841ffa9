import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ipv4, ipv6, tcp, udp } from '../fixtures/packet-bytes.ts';
import { blocksOf, type Frame } from '../fixtures/pcapng.ts';
import { root } from '../fixtures/tool.ts';
import { read } from './capture.ts';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { fields, startCapture, wordsOf } from './pcapng.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { PacketLine } from './rows.ts';
import { shared, startTrace } from './tracing.ts';
import { until } from './until.ts';

const TOOLS = ['ip', 'tshark', 'capinfos', 'taskset'];
const ON_ONE_CPU = ['taskset', '-c', '0'];
const PROBE = 10;

/** A conversation over a cable, seen by two of nettop at once: as JSON and as a capture file. */
async function conversation(t: Parameters<typeof createNamespace>[0], more: readonly string[]) {
  const [near, far] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(near, far);
  const within = (namespace: typeof near) => [...ON_ONE_CPU, ...namespace.within];
  const server = await startPeer(t, { name: 'the server', within: within(far) });
  const client = await startPeer(t, { name: 'client', within: within(near) });
  const port = await server.ask('listen', '192.0.2.2', 'echo');
  await client.ask('bindUdp', '192.0.2.1');
  const args = ['-p', `${port}`, '--rate-limit', '0'];
  const probe = () => client.ask('sendUdp', 1, PROBE, '192.0.2.2', port);
  const json = await startTrace(t, args, probe);
  const capture = await startCapture(t, [...args, ...more], probe);
  await client.ask('connect', '192.0.2.2', port);
  await client.ask('converse', 20, 700);
  await client.ask('finish');
  await server.ask('finish');
  const ends = () => json.packets.filter(({ flags }) => flags.includes('FIN'));
  await until('both have closed', () => new Set(ends().map(({ source }) => source)).size === 2);
  await until('the last one arrives', () => client.ask('closed'));
  const summary = await json.end();
  const { ringFull, recursionMissed } = summary.lost;
  assert.deepEqual({ ringFull, recursionMissed }, { ringFull: 0, recursionMissed: 0 });
  const written = await capture.end();
  assert.match(
    written.told,
    /^nettop: \d+ \w+ in the capture; lost: 0 over [^;]*, 0 missed in recursion, 0 not written; /,
  );
  return { near, far, server, client, port, packets: json.packets, written };
}

const isTcp = ({ protocol }: { protocol: string }): boolean => protocol === 'tcp';

/** A packet as JSON has it, and a frame as tshark and its comment have it, in the words that both share. */
const told = (packet: PacketLine) => ({
  ...shared(packet),
  function: packet.function,
  process: packet.process,
  pid: packet.pid,
});

/** TCP frames of the file. */
function framesIn(file: string) {
  const comments = fields(file, ['frame.comment']).map(([comment = '']) => wordsOf({ comment }));
  const frames = read(file).map((frame, index) => {
    const { function: name, process, pid } = comments[index] ?? {};
    return {
      ...frame,
      function: name,
      process: process?.replaceAll('%20', ' ') ?? null,
      pid: pid ? Number(pid) : null,
    };
  });
  return frames.filter(isTcp);
}

/** Of each packet the first line that has its header. */
function firstSightings(packets: readonly PacketLine[]): PacketLine[] {
  const seen = new Set<string>();
  return packets.filter(({ packet, headers }) => {
    const isNew = headers === 'complete' && !seen.has(packet);
    if (isNew) seen.add(packet);
    return isNew;
  });
}

test(
  'each packet once: tshark reads of each frame what --json says of it where it is seen first',
  live(async (t) => {
    const { near, far, server, client, packets, written } = await conversation(t, []);
    const wanted = firstSightings(packets.filter(isTcp));
    assert.deepEqual(framesIn(written.file), wanted.map(told));
    assert.deepEqual(new Set(wanted.map(({ pid }) => pid)), new Set([server.pid, client.pid]));
    const analysed = fields(written.file, ['tcp.analysis.flags'], ['-Y', 'tcp.analysis.retransmission']);
    assert.deepEqual(analysed, [], 'none looks like sent again');
    const devices = new Set(fields(written.file, ['frame.interface_name']).flat());
    assert.deepEqual(devices, new Set([`cable@${near.name}`, `cable@${far.name}`]));
    const columns = fields(
      written.file,
      ['nettop.process', 'nettop.pid', 'nettop.netns', 'nettop.function'],
      ['-X', `lua_script:${root}packaging/wireshark/nettop.lua`, '-Y', `nettop.pid == ${server.pid} && tcp`],
    );
    assert.ok(columns.length > 20);
    for (const [process, pid, netns] of columns)
      assert.deepEqual(
        [process, pid, [near.name, far.name].includes(netns ?? '')],
        ['the server', `${server.pid}`, true],
      );
    const { status, stdout } = spawnSync('capinfos', [written.file], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /Capture application: nettop \d/);
    assert.match(stdout, new RegExp(`Number of packets: +${written.frames.length}\n`));
  }, TOOLS),
);

test(
  'with --pcapng-all each sighting is a frame, and functions are the interfaces',
  live(async (t) => {
    const { packets, written } = await conversation(t, ['--pcapng-all']);
    const sightings = packets.filter((packet) => isTcp(packet) && packet.headers === 'complete');
    assert.deepEqual(framesIn(written.file), sightings.map(told));
    const names = fields(written.file, ['frame.interface_name', 'frame.comment']);
    for (const [name, comment = ''] of names) assert.equal(wordsOf({ comment }).function, name);
    const identities = new Set(fields(written.file, ['frame.packet_id'], ['-Y', 'tcp']).flat());
    assert.equal(identities.size, firstSightings(sightings).length);
  }, TOOLS),
);

const ethernet = (type: number[], rest: Buffer): Buffer =>
  Buffer.concat([Buffer.from('02005e10000102005e100002', 'hex'), Buffer.from(type), rest]);
const [IP, IPV6] = [
  [0x08, 0x00],
  [0x86, 0xdd],
];
const DATAGRAM = ipv4({ protocol: 17, rest: udp(300) });
const FRAMES = [
  ethernet(IP, ipv4({ protocol: 6, rest: tcp(0x18, 3, 5) })),
  ethernet(IP, DATAGRAM),
  ethernet([0x81, 0, 0xa0, 5, ...IP], DATAGRAM),
  ethernet([0x81, 0, 0, 100, 0x81, 0, 0, 200, ...IPV6], ipv6(17, udp(200))),
];

test(
  'bytes and length are those of the frame that was sent, tags included, also where the kernel has taken one out',
  live(
    async (t) => {
      const [one, other] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(one, other);
      const sender = async (frames: readonly Buffer[]) => {
        const hex = frames.map((frame) => frame.toString('hex'));
        const python = startPythonWithin(t, [...ON_ONE_CPU, ...one.within], 'frames', 'cable', ...hex);
        await python.tells(0);
        return python;
      };
      const end = ethernet(IP, ipv4({ protocol: 253, rest: Buffer.alloc(4) }));
      const probe = await sender([ethernet(IP, ipv4({ protocol: 254, rest: Buffer.alloc(4) }))]);
      const args = ['--netns', other.name, '-f', 'netif_receive_skb', '--rate-limit', '0', '--pcapng-all'];
      const run = await startCapture(t, args, async () => probe.goOn());
      (await sender([...FRAMES, end])).goOn();
      const isFrom = ({ bytes }: { bytes: Buffer }) =>
        bytes.subarray(0, 12).equals(FRAMES[0]?.subarray(0, 12) ?? bytes);
      const protocol = ({ bytes }: { bytes: Buffer }) => bytes[23];
      await until('all have arrived', () =>
        run.frames().some((frame) => isFrom(frame) && protocol(frame) === 253),
      );
      const { frames } = await run.end();
      const arrived = frames.filter((frame) => isFrom(frame) && ![253, 254].includes(protocol(frame) ?? 0));
      const link = [14, 14, 18, 22];
      assert.deepEqual(
        arrived.map(({ bytes, length }) => [bytes.toString('hex'), length]),
        FRAMES.map((frame, at) => [frame.subarray(0, (link[at] ?? 0) + 128).toString('hex'), frame.length]),
      );
      assert.deepEqual(new Set(arrived.map(({ linkType }) => linkType)), new Set([1]));
    },
    ['ip', 'python3', 'taskset'],
  ),
);

test(
  'what the rate limit turned away is counted where it is missing',
  live(async (t) => {
    const sender = await startPeer(t);
    const port = await sender.ask('bindUdp', '127.0.0.1');
    let sent = 0; // each datagram is longer by a byte than the one before
    const send = () => sender.ask('sendUdp', 1, ++sent, '127.0.0.1', port);
    const run = await startCapture(t, ['udp', 'port', `${port}`, '--rate-limit', '5'], send);
    const place = ({ length }: Frame) => length - 14 - 20 - 8;
    while (sent < 500) await send();
    await until('one comes through behind them', async () => {
      await send();
      return run.frames().some((frame) => place(frame) > 500);
    });
    const { file, frames, told } = await run.end();
    const statistics = blocksOf(readFileSync(file)).find(({ type }) => type === 5);
    const lost = Number(new Map(statistics?.options).get(7)?.readBigUInt64LE());
    const places = frames.map(place);
    const since = (at: number) => (places[at] ?? 0) - (places[at - 1] ?? 0) - 1;
    assert.deepEqual(
      frames.slice(1).map(missed),
      frames.slice(1).map((_, at) => since(at + 1)),
    );
    assert.equal(frames.length + lost, sent - (places[0] ?? 0) + 1);
    assert.ok(lost > 0, 'some were turned away');
    assert.match(told, new RegExp(`lost: ${lost} over the rate limit`));
  }),
);

const missed = (frame?: { options: Map<number, Buffer> }): number =>
  Number(frame?.options.get(4)?.readBigUInt64LE() ?? 0);

test(
  'a reader that goes away ends it, without a word',
  live(async (t) => {
    const sender = await startPeer(t);
    const port = await sender.ask('bindUdp', '127.0.0.1');
    const nettop = spawn(process.execPath, [cli, 'trace', '--pcapng', '-', 'udp', 'port', `${port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => nettop.kill('SIGKILL'));
    let errors = '';
    let code: number | null | undefined;
    nettop.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    nettop.on('close', (ended) => {
      code = ended;
    });
    let taken = 0;
    nettop.stdout.on('data', (bytes: Buffer) => {
      taken += bytes.length;
    });
    const probe = () => sender.ask('sendUdp', 1, PROBE, '127.0.0.1', port);
    await until('frames come', async () => {
      await probe();
      return taken > 1000;
    });
    nettop.stdout.destroy();
    await until('it ends', async () => {
      await probe();
      return code !== undefined;
    });
    assert.equal(code, 0, errors);
    assert.match(errors, /^nettop: \d+ packets in the capture;[^\n]*\n$/);
  }),
);
