import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectNamespaces, createNamespace, ip } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { SshLab } from './ssh-hosts.ts';
import { until } from './until.ts';

test(
  'users who are not root: sudo lets one run nettop record, asks another for a password, and lets a third do nothing',
  live(
    async (t) => {
      const [here, there] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(here, there);
      const lab = new SshLab(t);
      const host = await lab.start('may', there, '192.0.2.2', {
        sudoers: {
          trusted: 'ALL=(root) NOPASSWD: %nettop record *',
          asked: 'ALL=(root) %nettop record *',
          none: 'ALL=(root) NOPASSWD: /bin/true',
        },
      });
      for (const name of ['asks', 'not']) lab.name(name, '192.0.2.2', { key: host.key });
      const server = await startPeer(t, { name: 'sudo-server', within: there.within });
      const port = await server.ask('listen', '192.0.2.2');
      const machines = 'trusted@may,asked@asks,none@not';
      const nettop = startNettop(
        t,
        ['connections', '--json', '--interval', '300ms', '--ssh', machines, '-p', `${port}`],
        lab.within(here),
      );
      const isListener = ({ state, pid }: { state: string | null; pid: number | null }) =>
        state === 'LISTEN' && pid === server.pid;
      await nettop.until('the listener of a machine by sudo', () => nettop.connections.some(isListener));
      assert.match(nettop.errors, /^nettop: asks is not watched: sudo asks for a password there; .*$/m);
      assert.match(nettop.errors, /^nettop: not is not watched: sudo .*$/m);
      nettop.signal('SIGINT');
      assert.equal(await nettop.exited, 0, nettop.errors);
      await until('nothing is left of it there', () => {
        const left = ip('netns', 'pids', there.name).trim().split('\n').map(Number);
        return left.every((pid) => pid === host.pid || pid === server.pid);
      });
    },
    ['sshd', 'ssh-keygen', 'sudo'],
  ),
);

test(
  'a machine with a later nettop, one that talks, and one that stands still: each is told of, and the others go on',
  live(
    async (t) => {
      const [here, there] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(here, there);
      const lab = new SshLab(t);
      await lab.start('well', there, '192.0.2.2');
      const commands = {
        later: 'printf "nettop recording 99\\n"; exec sleep 99',
        talks: 'echo Welcome; eval "$SSH_ORIGINAL_COMMAND"',
        still: 'exec sleep 99',
      };
      let port = 2223;
      for (const [name, command] of Object.entries(commands))
        await lab.start(name, there, '192.0.2.2', { port: port++, command });
      const server = await startPeer(t, { within: there.within });
      const listening = await server.ask('listen', '192.0.2.2');
      const args = ['connections', '--json', '--ssh', 'still,talks,later,well', '-p', `${listening}`];
      const nettop = startNettop(t, args, lab.within(here));
      await nettop.until('rows of the one that is well', () =>
        nettop.connections.some(({ pid }) => pid === server.pid),
      );
      for (const line of [
        /^nettop: later is not watched: what it sends is a recording of version 99; .*same version.*$/m,
        /^nettop: talks is not watched: what it sends is no recording of nettop; its shell must print nothing.*$/m,
        /^nettop: still did not tell of itself yet$/m,
      ])
        assert.match(nettop.errors, line);
    },
    ['sshd', 'ssh-keygen'],
  ),
);
