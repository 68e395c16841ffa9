import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { ConnectionLine } from './rows.ts';
import { has, openScreenWithin } from './screen.ts';
import { below, SshLab } from './ssh-hosts.ts';
import { until } from './until.ts';

const SENT = 3_000_001;
const ANSWERED = 40_007;

interface WatchedLine extends ConnectionLine {
  machine: string | null;
  otherEnd: (ConnectionLine & { machine: string }) | null;
}

/** nettop over ssh, with what it writes. */
function watch(t: TestContext, within: readonly string[], ...args: string[]) {
  const [command = '', ...rest] = [...within, process.execPath, cli, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const told = { lines: [] as WatchedLine[], complaints: '' };
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    told.lines.push(...lines.map((line) => JSON.parse(line) as WatchedLine));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.complaints += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { told, exited, pid: child.pid ?? 0, signal: (name: NodeJS.Signals) => child.kill(name) };
}

const inodeOf = ({ name }: Namespace): number => statSync(`/run/netns/${name}`).ino;

/** Both sshds run on one kernel, whose nettop sees all of it: each machine is what is in its network namespace. */
const only = (machines: Record<string, Namespace>): string =>
  Object.entries(machines)
    .map(([name, namespace]) => `machine ${name} and netns ${inodeOf(namespace)}`)
    .join(' or ');

test(
  'two machines by ssh: one row of a connection between them, exact at both ends; one that goes is told of',
  live(
    async (t) => {
      const [one, two] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(one, two);
      const lab = new SshLab(t);
      const first = await lab.start('one', one, '192.0.2.1');
      const second = await lab.start('two', two, '192.0.2.2');
      lab.name('stranger', '192.0.2.2');
      lab.name('closed', '192.0.2.2', { port: 9 });

      const server = await startPeer(t, { name: 'far-server', within: two.within });
      const client = await startPeer(t, { name: 'near-client', within: one.within });
      const port = await server.ask('listen', '192.0.2.2');
      const from = await client.ask('connect', '192.0.2.2', port);
      await client.ask('send', SENT);
      await until('all came', async () => (await server.ask('received')) === SENT);
      await server.ask('send', ANSWERED);
      await until('all came back', async () => (await client.ask('received')) === ANSWERED);

      const filter = only({ one, two });
      const nettop = watch(
        t,
        lab.within(one),
        'connections',
        '--json',
        '--ssh',
        'one,two,stranger,closed',
        filter,
      );
      const ofTransfer = ({ protocol, localPort, remotePort }: WatchedLine) =>
        protocol === 'tcp' &&
        [localPort, remotePort].includes(port) &&
        [localPort, remotePort].includes(from);
      const row = await until(`the connection as one row\n${nettop.told.complaints}`, () =>
        nettop.told.lines.findLast((line) => ofTransfer(line) && line.otherEnd),
      );
      const { machine, process: name, localPort, transmitBytes, receiveBytes, netns } = row;
      assert.deepEqual(
        { machine, name, localPort, transmitBytes, receiveBytes, netns },
        {
          machine: 'one',
          name: 'near-client',
          localPort: from,
          transmitBytes: SENT,
          receiveBytes: ANSWERED,
          netns: inodeOf(one),
        },
      );
      assert.deepEqual(
        {
          machine: row.otherEnd?.machine,
          name: row.otherEnd?.process,
          transmitBytes: row.otherEnd?.transmitBytes,
          receiveBytes: row.otherEnd?.receiveBytes,
          netns: row.otherEnd?.netns,
        },
        {
          machine: 'two',
          name: 'far-server',
          transmitBytes: ANSWERED,
          receiveBytes: SENT,
          netns: inodeOf(two),
        },
      );
      const { time } = row;
      assert.deepEqual(
        nettop.told.lines.filter((line) => line.time === time && ofTransfer(line)),
        [row],
      );
      const { complaints } = nettop.told;
      assert.match(complaints, /^nettop: stranger is not watched: its host key is not known here; .*$/m);
      assert.match(complaints, /^nettop: closed is not watched: .*Connection refused; .*$/m);

      second.kill();
      await until('the end of one is told', () =>
        /^nettop: two is not watched any more: .+; .+$/m.test(nettop.told.complaints),
      );
      const told = nettop.told.lines.length;
      await until('the other goes on', () =>
        nettop.told.lines
          .slice(told)
          .some((line) => ofTransfer(line) && line.machine === 'one' && line.otherEnd === null),
      );
      const children = below(nettop.pid);
      assert.ok(children.length > 0);
      nettop.signal('SIGINT');
      assert.equal(await nettop.exited, 0);
      await until('nothing is left of it', () => {
        const left = ip('netns', 'pids', one.name).trim().split('\n').map(Number);
        return left.every((pid) => pid === first.pid || pid === client.pid);
      });
    },
    ['sshd', 'ssh-keygen'],
  ),
);

test(
  'the screen of two machines: a column, a term, both ends in the inspector',
  live(
    async (t) => {
      const [one, two] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(one, two);
      const lab = new SshLab(t);
      await lab.start('one', one, '192.0.2.1');
      await lab.start('two', two, '192.0.2.2');
      const server = await startPeer(t, { name: 'far-server', within: two.within });
      const client = await startPeer(t, { name: 'near-client', within: one.within });
      const port = await server.ask('listen', '192.0.2.2', 'echo');
      await client.ask('connect', '192.0.2.2', port);
      const filter = `(${only({ one, two })}) and port ${port}`;
      const ui = await openScreenWithin(t, lab.within(one), '--stats', '--ssh', 'one,two', filter);
      await ui.until(has(/MACHINE/));
      await ui.until(has(/one ⇄ two/));
      ui.write('3'); // what they do not look for is not 0
      await ui.until((lines) => has(/3 Alerts(?! \d)/)(lines) && has(/alerts were not recorded/)(lines));
      ui.write('2');
      await ui.until(has(/━ 2 Connections/));
      ui.write('g');
      await ui.until(has(/▸one ⇄ two/));
      ui.write('\r');
      await ui.until(has(/Connection on one/));
      const open = await ui.until(has(/its verdict +\S/));
      assert.ok(open.some((line) => /process +near-client \(\d+\)/.test(line)));
      assert.ok(open.some((line) => /other end +far-server \(\d+\) on two/.test(line)));
      ui.write('\x03');
      assert.equal((await ui.exited).exitCode, 0);
    },
    ['sshd', 'ssh-keygen'],
  ),
);
