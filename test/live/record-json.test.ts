import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { FrameFile } from '../../src/record/file/frame-file.ts';
import { NoRecordingError } from '../../src/record/file/parser.ts';
import { cli, live, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { RecordRun } from './recorder.ts';
import type { ConnectionLine, Line, PacketLine, ProcessLine } from './rows.ts';
import { startTrace } from './tracing.ts';
import { until } from './until.ts';

/** So that all who look at packets see them in the same order. */
const ON_ONE_CPU = ['taskset', '-c', '0'];
const ROUNDS = 20;
const BYTES = 700;

/** Whether traced packets are written already. */
function hasPackets(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    const file = new FrameFile(path);
    let found = false;
    for (let frames = file.next(); frames && !found; frames = file.next())
      found = frames.entries.some(({ kind }) => kind === 'packets');
    file.close();
    return found;
  } catch (error) {
    if (error instanceof NoRecordingError) return false;
    throw error;
  }
}

function told(command: string, file: string, more: readonly string[]): Line[] {
  const args = [cli, command, '--from', file, '--json', ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Without when each nettop looked, and what it calls packets: they are numbered as they come. */
function packets(lines: readonly PacketLine[]) {
  const numbers = new Map<string, number>();
  return lines
    .filter(({ protocol }) => protocol === 'tcp')
    .map(({ time: _, sincePreviousMicroseconds: __, packet, ...line }) => {
      numbers.set(packet, numbers.get(packet) ?? numbers.size);
      return { ...line, packet: numbers.get(packet) };
    });
}

/** What a socket is and had in the end, without when it was looked at. */
function connection(line: ConnectionLine) {
  const { localAddress, localPort, remoteAddress, remotePort, state, pid, process, netns } = line;
  const { receiveBytes, transmitBytes, protocol, ending } = line;
  const cause = ending?.cause;
  return {
    ...{ localAddress, localPort, remoteAddress, remotePort, state, pid, process, netns },
    ...{ receiveBytes, transmitBytes, protocol, cause },
  };
}

const process_ = ({
  pid,
  process,
  user,
  command,
  receiveBytes,
  transmitBytes,
  connections,
}: ProcessLine) => ({
  ...{ pid, process, user, command, receiveBytes, transmitBytes, connections },
});

/** The last line of each, in order. */
function lastOf<L>(lines: readonly L[], keyOf: (line: L) => string): L[] {
  const last = new Map(lines.map((line) => [keyOf(line), line]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

test(
  'trace, connections and processes say of a recording in JSON what they say live',
  live(
    async (t) => {
      const [server, client, prober] = await Promise.all(
        ['server', 'client', 'prober'].map((name) => startPeer(t, { name, within: ON_ONE_CPU })),
      );
      assert.ok(server && client && prober);
      const port = await server.ask('listen', '127.0.0.1', 'echo');
      await prober.ask('bindUdp', '127.0.0.1');
      const probe = () => prober.ask('sendUdp', 1, 10, '127.0.0.1', port);
      const args = ['-p', `${port}`];
      const run = new RecordRun(t, [...args, '--rate-limit', '0']);
      const trace = await startTrace(t, [...args, '--rate-limit', '0'], probe);
      const connections = startNettop(t, ['connections', '--json', ...args]);
      const processes = startNettop(t, ['processes', '--json']);
      await connections.until('a report', () =>
        connections.connections.some(({ localPort }) => localPort === port),
      );
      await processes.until('a report', () => processes.processes.some(({ pid }) => pid === server.pid));
      await until('packets in the recording', async () => {
        await probe();
        return hasPackets(run.file);
      });
      await client.ask('connect', '127.0.0.1', port);
      await client.ask('converse', ROUNDS, BYTES);
      await client.ask('finish');
      await server.ask('finish');
      await until('it has closed', () => client.ask('closed'));
      const isOver = ({ ending }: ConnectionLine) => ending !== null;
      const ends = () => new Set(connections.connections.filter(isOver).map(({ localPort }) => localPort));
      await connections.until('both ends have closed', () => ends().size === 2);
      const moved = ({ pid, receiveBytes }: ProcessLine) =>
        pid === client.pid && receiveBytes >= ROUNDS * BYTES;
      await processes.until('all of it is counted', () => processes.processes.some(moved));
      await run.end();
      await Promise.all([trace, connections, processes].map((one) => one.end()));

      const isTcp = ({ protocol }: { protocol: string }) => protocol === 'tcp';
      const seen = packets(trace.packets);
      assert.ok(seen.length > 4 * ROUNDS);
      const of = <L extends Line>(command: string, type: L['type'], more = args) =>
        told(command, run.file, more).filter((line): line is L => line.type === type);
      assert.deepEqual(packets(of<PacketLine>('trace', 'packet')), seen);
      const sockets = (lines: readonly ConnectionLine[]) =>
        lastOf(lines.filter(isTcp), ({ localPort, remotePort }) => `${localPort} ${remotePort}`).map(
          connection,
        );
      assert.deepEqual(sockets(of('connections', 'connection')), sockets(connections.connections));
      assert.equal(sockets(connections.connections).length, 3);
      const owners = (lines: readonly ProcessLine[]) =>
        lastOf(
          lines.filter(({ pid }) => pid === server.pid || pid === client.pid),
          ({ pid }) => `${pid}`,
        ).map(process_);
      assert.deepEqual(owners(of('processes', 'process', [])), owners(processes.processes));
      assert.equal(owners(processes.processes).length, 2);
    },
    ['taskset'],
  ),
);
