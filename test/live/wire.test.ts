import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { attachedBy } from './bpftool.ts';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, type Nettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import type { InterfaceLine, ProcessLine } from './rows.ts';
import { has, openScreen } from './screen.ts';
import { until } from './until.ts';
import { counts, lastLine, setTso, startWire, whole, withoutIpv6 } from './wire-counts.ts';

const SIZE = 5_000_000;
/** Ethernet, IPv4, and TCP with timestamps; a SYN has 8 bytes more of options. */
const HEADERS = 14 + 20 + 32;
const SYN_OPTIONS = 8;

interface End {
  namespace: Namespace;
  peer: Peer;
  nettop: Nettop;
}

async function startEnd(t: TestContext, namespace: Namespace, name: string): Promise<End> {
  const peer = await startPeer(t, { name, within: namespace.within });
  return { namespace, peer, nettop: await startWire(t, namespace) };
}

async function finish({ nettop, namespace, peer }: End): Promise<{ cable: InterfaceLine; own: ProcessLine }> {
  await nettop.end();
  return { cable: lastLine(nettop, 'cable', inode(namespace)), own: await nettop.process(peer.pid) };
}

/** Segments that a namespace sent once more: the kernel's own count. */
function retransmitted({ within: [command = '', ...rest] }: Namespace): number {
  const text = execFileSync(command, [...rest, 'cat', '/proc/net/snmp'], { encoding: 'utf8' });
  const [names = '', values = ''] = text.split('\n').filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('RetransSegs')]);
}

for (const isWhole of [false, true]) {
  const how = isWhole ? 'passes large packets on whole' : 'is given segments';
  test(
    `5 MB over a cable that ${how}: every frame, as the devices count them`,
    live(
      async (t) => {
        const [one, other] = [createNamespace(t), createNamespace(t)];
        for (const namespace of [one, other]) withoutIpv6(namespace);
        connectNamespaces(one, other);
        for (const namespace of [one, other]) setTso(namespace, 'cable', isWhole);
        const near = await startEnd(t, one, 'nt-sender');
        const far = await startEnd(t, other, 'nt-receiver');
        const port = await far.peer.ask('listen', '192.0.2.2');
        await near.peer.ask('connect', '192.0.2.2', port);
        await near.peer.ask('send', SIZE);
        await far.nettop.until('all bytes', () =>
          far.nettop.processes.some((line) => line.pid === far.peer.pid && line.receiveBytes === SIZE),
        );
        const [sent, received] = [await finish(near), await finish(far)];
        for (const { cable, own } of [sent, received]) {
          assert.deepEqual(cable.device, counts(isWhole ? cable.buffers : cable));
          assert.deepEqual(whole(cable), counts(cable));
          assert.deepEqual(own.wire && counts(own.wire), counts(own.wire?.tcp ?? assert.fail()));
          assert.deepEqual(counts(cable.attributed), counts(own.wire ?? assert.fail()));
        }
        assert.deepEqual(
          [sent.cable.transmitPackets, sent.cable.transmitBytes],
          [received.cable.receivePackets, received.cable.receiveBytes],
        );
        const { transmitPackets, transmitBytes } = sent.cable.attributed;
        const payload = transmitBytes - transmitPackets * HEADERS - SYN_OPTIONS;
        if (retransmitted(one) === 0) assert.equal(payload, SIZE);
        else assert.ok(payload > SIZE, 'a busy machine retransmits'); // how many bytes, nothing else says
      },
      ['python3'],
    ),
  );
}

/** Frames and bytes of TCP on the cable as tcpdump sees them, from now on until there are as many as are asked for, and no more. */
async function dump(
  t: TestContext,
  { within }: Namespace,
): Promise<(frames: number) => Promise<[number, number]>> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-dump-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'frames.pcap');
  const options = [
    '-i',
    'cable',
    '-Z',
    'root',
    '-n',
    '-U',
    '--immediate-mode',
    '-s',
    '64',
    '-B',
    '16384',
    '-w',
    file,
    'tcp',
  ];
  const [command = '', ...rest] = [...within, 'tcpdump', ...options];
  const tcpdump = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => tcpdump.kill('SIGKILL'));
  let said = '';
  tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until('tcpdump listens', () => said.includes('listening on'));
  return async (frames) => {
    await until('all frames in the file', () => sumOfFrames(readFileSync(file))[0] >= frames);
    const gone = once(tcpdump, 'exit');
    tcpdump.kill('SIGINT');
    await gone;
    assert.match(said, /\n0 packets dropped by kernel/);
    return sumOfFrames(readFileSync(file));
  };
}

/** Of a pcap file: a header of 24 bytes, and one of 16 before each frame, with its length at the end. */
function sumOfFrames(file: Buffer): [number, number] {
  let frames = 0;
  let bytes = 0;
  for (let at = 24; at + 16 <= file.length; at += 16 + file.readUInt32LE(at + 8)) {
    frames++;
    bytes += file.readUInt32LE(at + 12);
  }
  return [frames, bytes];
}

test(
  'frames and bytes are those that tcpdump sees, over IPv6 too',
  live(
    async (t) => {
      const [one, other] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(one, other);
      for (const [{ name }, n] of [[one, 1] as const, [other, 2] as const])
        ip('-n', name, 'address', 'add', `fd00::${n}/64`, 'dev', 'cable', 'nodad');
      setTso(one, 'cable', false);
      setTso(other, 'cable', false);
      const near = await startEnd(t, one, 'nt-sender');
      const far = await startPeer(t, { within: other.within });
      const stop = await dump(t, one);
      await near.peer.ask('connect', 'fd00::2', await far.ask('listen', 'fd00::2'));
      await near.peer.ask('send', SIZE);
      await near.nettop.until('all bytes', () =>
        near.nettop.processes.some((line) => line.pid === far.pid && line.receiveBytes === SIZE),
      );
      const { own } = await finish(near);
      const { tcp } = own.wire ?? assert.fail();
      const frames = tcp.receivePackets + tcp.transmitPackets;
      assert.deepEqual([frames, tcp.receiveBytes + tcp.transmitBytes], await stop(frames));
    },
    ['tcpdump', 'python3'],
  ),
);

test(
  'on the screen: w counts, says so, and leaves the kernel again',
  live(
    async (t) => {
      const peer = await startPeer(t, { name: 'nt-peer' });
      const port = await peer.ask('bindUdp', '127.0.0.1');
      const timer = setInterval(() => peer.ask('sendUdp', 3, 500, '127.0.0.1', port).catch(() => {}), 50);
      t.after(() => clearInterval(timer));
      const ui = await openScreen(t);
      const attached = () =>
        attachedBy(ui.process.pid).filter((name) => /^count_(sent|received)$/.test(name));
      assert.deepEqual(attached(), []);
      ui.write('w');
      await ui.until(has(/PROCESS.* WIRE RX\/s.* WIRE TX\/s/));
      await ui.until(has(/attributed [\d.]+ % of \d/));
      await ui.until(has(/nt-peer +\d+ +[\d.]+ .*B\/s +[\d.]+ .*B\/s +[\d.]+ kB\/s/));
      assert.deepEqual(attached(), ['count_received', 'count_sent']);
      ui.write('w');
      await ui.until((screen) => !has(/WIRE RX/)(screen) && !has(/attributed/)(screen));
      await until('the programs are gone', () => attached().length === 0);
    },
    ['bpftool'],
  ),
);
