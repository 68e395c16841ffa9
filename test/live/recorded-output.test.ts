import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { COMMAND_PANES, waysOf } from '../../src/panes/registry.ts';
import { launch } from '../fixtures/pty.ts';
import { attachedBy } from './bpftool.ts';
import { createNamespace } from './namespace.ts';
import { cli, live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { ConnectionLine } from './rows.ts';
import { Started, startChild } from './started.ts';

const SENT = 123_457;
/** No recording of a test is longer. */
const LONGEST_SECONDS = 3600;
const OFTEN = ['--interval', '300ms'];
/** Nobody has no rights at all. */
const AS_NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** A machine that has no network namespace by a name; the recording comes out of a pipe. */
const elsewhere = (file: string) => [
  ...['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /run/netns && cat "$0" | "$@"'],
  file,
];
/** Who writes the pipe asks at the terminal first, as ssh does. */
const AFTER_PASSWORD = '{ printf "Password: "; read -r word; } </dev/tty >/dev/tty; cat "$0"';

interface Recorded {
  file: string;
  port: number;
  netns: string;
  ends: ConnectionLine[];
}

/** The recording of a transfer, and what the same transfer is live: its two ends. */
async function recorded(t: TestContext): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-recorded-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const file = join(folder, 'run.nettop');
  const { within, name } = createNamespace(t);
  const server = await startPeer(t, { name: 'the server', within });
  const client = await startPeer(t, { name: 'the client', within });
  const port = await server.ask('listen', '127.0.0.1', 'hold');
  const recording = new Started(
    startChild(t, ['record', file, ...OFTEN, 'port', String(port)], [], 'ignore'),
  );
  const nettop = startNettop(t, ['connections', '--json', ...OFTEN, '--netns', name]);
  await recording.until('packets are recorded', () =>
    attachedBy(recording.pid).includes('tp_netif_receive_skb'),
  );
  await client.ask('connect', '127.0.0.1', port);
  const size = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const grows = async (): Promise<void> => {
    const before = size();
    await recording.until('the recording grows', () => size() > before);
  };
  await grows();
  await client.ask('send', SENT);
  const ends = await nettop.until('both ends have it all', () => whole(nettop, port));
  await grows();
  await grows();
  await nettop.end();
  recording.signal('SIGINT');
  assert.equal(await recording.exited, 0, recording.errors);
  chownSync(file, 65_534, 65_534);
  return { file, port, netns: name, ends };
}

/** The last lines of both ends, once all bytes are counted. */
function whole(nettop: Nettop, port: number): ConnectionLine[] | null {
  const of = (side: 'localPort' | 'remotePort', bytes: 'receiveBytes' | 'transmitBytes') =>
    nettop.connections.findLast((line) => line[side] === port && line[bytes] === SENT);
  const [server, client] = [of('localPort', 'receiveBytes'), of('remotePort', 'transmitBytes')];
  return server && client ? [server, client] : null;
}

const told = ({
  process,
  pid,
  localPort,
  remotePort,
  state,
  receiveBytes,
  transmitBytes,
}: ConnectionLine) => ({
  process,
  pid,
  localPort,
  remotePort,
  state,
  receiveBytes,
  transmitBytes,
});

/** Standard input is something else, as in a loop of a shell: keys come from the terminal itself. */
async function withoutInput(t: TestContext, file: string): Promise<void> {
  const ui = launch('sh', ['-c', 'exec "$1" "$2" replay "$0" </dev/null', file, process.execPath, cli]);
  t.after(ui.close);
  await ui.until((screen) => screen.some((line) => line.includes('the server')));
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
}

/** The screen of a pipe leaves the terminal alone until something comes. */
async function askedFirst(t: TestContext, file: string, netns: string): Promise<void> {
  const replay = `${AFTER_PASSWORD} | "$1" "$2" replay - netns ${netns}`;
  const ui = launch('sh', ['-c', replay, file, process.execPath, cli]);
  t.after(ui.close);
  await ui.until((screen) => screen[0] === 'Password:');
  ui.write('secret\r');
  await ui.until((screen) => screen.some((line) => line.includes('the server')));
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
}

/** The screen's frames of it, each with its time. */
function framed(file: string): void {
  const { stdout, status } = spawnSync(process.execPath, [cli, '--batch', '--from', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0);
  const frames = stdout.split(/^(?=\d{4}-\d\d-\d\dT)/m);
  assert.ok(frames.length > 2, `${frames.length} frames`);
  assert.match(frames.at(-1) ?? '', /the server.* 123 kB .*\n/);
}

test(
  'every command tells of a recording, as nobody, in lines that its schema takes; connections as they were live',
  live(
    async (t) => {
      const { file, port, netns, ends } = await recorded(t);
      for (const name of COMMAND_PANES)
        for (const by of [null, ...waysOf(name).slice(0, 1)]) {
          const args = [name, '--json', '--from', file, ...(by === null ? [] : ['--by', by])];
          const nettop = startNettop(t, args, AS_NOBODY);
          await nettop.ended();
          if (name === 'connections' && by === null) {
            assert.deepEqual(whole(nettop, port)?.map(told), ends.map(told));
            assert.ok(nettop.connections.length > 2);
          }
          if (name === 'trace') assert.ok(nettop.packets.some((line) => line.destinationPort === port));
        }
      const piped = startNettop(t, ['connections', '--json', '--from', '-', 'netns', netns], elsewhere(file));
      await piped.ended();
      assert.deepEqual(whole(piped, port)?.map(told), ends.map(told), 'names are those of the recording');
      await askedFirst(t, file, netns);
      await withoutInput(t, file);
      framed(file);
      const { stdout } = spawnSync(process.execPath, [cli, 'trace', '--from', file, '-t'], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      const seconds = stdout.split('\n').flatMap((line) => / (\d+\.\d{6}) /.exec(line)?.[1] ?? []);
      assert.ok(seconds.length > 0 && seconds.every((one) => Number(one) < LONGEST_SECONDS), seconds[0]);
    },
    ['setpriv', 'ip', 'bpftool', 'unshare'],
  ),
);
