import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { launch } from '../fixtures/pty.ts';
import { cli, live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPython, startPythonWithin } from './python.ts';
import { has, rowsOf } from './screen.ts';
import { until } from './until.ts';

const OPTIONS = ['processes', '--json', '--interval', '200ms'];
const HOST = '127.0.0.1';
const ID = randomBytes(32).toString('hex');
const SCOPE = `docker-${ID}.scope`;

/** Where cgroup v2 is: the whole tree, or beside those of v1. */
const unified = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) =>
  existsSync(`${path}/cgroup.procs`),
);

/** A cgroup that is named as Docker names those of its containers; returns a command that runs in it. */
function container(t: TestContext): string[] {
  const folder = `${unified}/${SCOPE}`;
  mkdirSync(folder);
  t.after(() => until('the cgroup is empty', () => leave(folder)));
  return ['sh', '-c', `echo 0 > ${folder}/cgroup.procs; exec "$@"`, 'sh'];
}

/** Ends what runs in the test's cgroup and takes it away; false while there is something in it. */
function leave(folder: string): boolean {
  const pids = readFileSync(`${folder}/cgroup.procs`, 'utf8').split('\n').filter(Boolean);
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** A command under which the machine has Docker's file about the container. */
function withDocker(t: TestContext): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-docker-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = { Name: '/shop-web-1', Config: { Image: 'registry.example/web:4.2' }, Image: 'sha256:12ab' };
  writeFileSync(join(folder, 'config.v2.json'), JSON.stringify(config));
  const place = `/var/lib/docker/containers/${ID}`;
  const script = `mount -t tmpfs none /var/lib && mkdir -p ${place} && cp ${folder}/config.v2.json ${place}/ && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, 'sh'];
}

/** Python by another name. */
function pythonAs(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-python-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [python = ''] = ['/usr/bin/python3', '/usr/local/bin/python3'].filter((path) => existsSync(path));
  copyFileSync(python, join(folder, name));
  return join(folder, name);
}

const whole = (body: (t: TestContext) => Promise<void>) =>
  live(
    async (t) => {
      if (!unified) return t.skip('cgroup v2 is not mounted');
      await body(t);
    },
    ['python3', 'unshare'],
  );

/** A socket that datagrams are sent to. */
async function sink(t: TestContext): Promise<string> {
  const receiver = await startPeer(t);
  return String(await receiver.ask('bindUdp', HOST));
}

const sent = async (nettop: Nettop, pid: number, bytes: number) =>
  nettop.until(`${bytes} bytes of process ${pid}`, () =>
    nettop.processes.findLast((line) => line.pid === pid && line.transmitBytes === bytes),
  );

test(
  'a process in a container: parent, command line, cgroup, unit, container with name and image',
  whole(async (t) => {
    const within = container(t);
    const port = await sink(t);
    const nettop = startNettop(t, OPTIONS, withDocker(t));
    await nettop.until('a first line', () => nettop.processes.length > 0);
    const sender = startPythonWithin(t, within, 'marked', HOST, port, 0);
    await sender.tells(0);
    sender.goOn();
    const { parentPid, command, cgroup, unit, container: found } = await sent(nettop, sender.pid, 6);
    assert.deepEqual(
      { parentPid, command, cgroup, unit, found },
      {
        parentPid: process.pid,
        command: readFileSync(`/proc/${sender.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
        cgroup: `/${SCOPE}`,
        unit: SCOPE,
        found: {
          runtime: 'docker',
          id: ID,
          name: 'shop-web-1',
          image: 'registry.example/web:4.2',
          imageId: 'sha256:12ab',
        },
      },
    );
    await nettop.end();
  }),
);

test(
  'processes that send one datagram and are gone: parent, command, cgroup and container are known',
  whole(async (t) => {
    const within = container(t);
    const port = await sink(t);
    const nettop = startNettop(t, ['processes', '--json', '--interval', '2s']);
    await nettop.until('a first line', () => nettop.processes.length > 0);
    const starter = startPythonWithin(t, within, 'brief', HOST, port, 700, 20);
    await starter.tells(0);
    starter.goOn();
    const pids = (await starter.tells(1)) as unknown as number[];
    await sent(nettop, pids.at(-1) ?? 0, 700);
    await nettop.end();
    const lines = pids.map((pid) => nettop.processes.findLast((line) => line.pid === pid));
    assert.deepEqual(
      lines.map((line) => [
        line?.transmitBytes,
        line?.parentPid,
        line?.cgroup,
        line?.container?.id,
        line?.command?.includes(` -S -c import socket`),
      ]),
      pids.map(() => [700, starter.pid, `/${SCOPE}`, ID, true]),
    );
  }),
);

test(
  'grouped by container: the row is the sum of its processes; Enter lists them',
  whole(async (t) => {
    const within = container(t);
    const port = await sink(t);
    const [command = '', ...args] = [...withDocker(t), process.execPath, cli, '--stats'];
    const ui = launch(command, args, { columns: 140, rows: 60 }); // room for all ancestors
    t.after(ui.close);
    await ui.until(has(/1 Processes \d/));
    const name = `nt-${ID.slice(0, 8)}`;
    ui.write(`/process ${name}\r`);
    const starter = startPythonWithin(t, within, 'brief', HOST, port, 700, 20, pythonAs(t, name));
    await starter.tells(0);
    starter.goOn();
    await starter.tells(1);
    ui.write('t');
    await ui.until((screen) =>
      rowsOf(screen, 1).some((row) => /shop-web-1 \(registry.example\/web:4.2\) +20 .* 14\.0 kB/.test(row)),
    );
    ui.write('tt');
    await ui.until((screen) => rowsOf(screen, 1).some((row) => /root +20 .* 0 B +14\.0 kB/.test(row)));
    ui.write('t');
    const wanted = new RegExp(`${starter.pid} root .* python3 +20 .* 14\\.0 kB`);
    await ui.until((screen) => rowsOf(screen, 1).some((row) => wanted.test(row)));
  }),
);

test(
  'Enter on a process: what it is, what it moved by protocol and when, its sockets',
  live(
    async (t) => {
      const receiver = await startPeer(t);
      const udp = await receiver.ask('bindUdp', HOST);
      const tcp = await receiver.ask('listen', HOST);
      const sender = await startPeer(t, { name: 'nt-detail' });
      await sender.ask('bindUdp', HOST);
      const ui = launch(process.execPath, [cli, '--stats'], { columns: 140, rows: 50 });
      t.after(ui.close);
      await ui.until(has(/1 Processes \d/));
      ui.write(`/pid ${sender.pid}\r`);
      await sender.ask('connect', HOST, tcp);
      await sender.ask('send', 123_456);
      await sender.ask('sendUdp', 3, 500, HOST, udp);
      await ui.until((screen) => rowsOf(screen, 1).some((row) => /nt-detail .* 125 kB/.test(row)));
      ui.write('\r');
      const lines = [
        new RegExp(`^ process +nt-detail \\(${sender.pid}\\)`),
        /^ command +nt-detail/,
        /^ user +root/,
        new RegExp(`^ parent +.* \\(${process.pid}\\)`),
        /^ tcp +received 0 bytes, sent 123456 bytes/,
        /^ udp +received 0 bytes, sent 1500 bytes/,
        /^ transmit, 5 min +[▁█▇▆▅▄▃▂]+ +most /,
        new RegExp(`^ 127\\.0\\.0\\.1:\\d+ +127\\.0\\.0\\.1:${tcp} +ESTABLISHED`),
      ];
      await ui.until((screen) => lines.every((line) => has(line)(screen)));
    },
    ['python3'],
  ),
);

test(
  'a process keeps its row and has the name of the program that it executes',
  live(
    async (t) => {
      const port = await sink(t);
      const program = pythonAs(t, 'nt-executed');
      const nettop = startNettop(t, OPTIONS);
      await nettop.until('a first line', () => nettop.processes.length > 0);
      const sender = startPython(t, 'execute', HOST, port, 300, program);
      await sender.tells(0);
      assert.equal((await sent(nettop, sender.pid, 300)).process, 'python3');
      sender.goOn();
      await sent(nettop, sender.pid, 600);
      const line = await nettop.until('the new name', () =>
        nettop.processes.findLast(({ pid, process }) => pid === sender.pid && process === 'nt-executed'),
      );
      assert.equal(line.transmitBytes, 600);
      await nettop.until('the new command line', () =>
        nettop.processes.some(
          ({ pid, command }) => pid === sender.pid && command?.startsWith(`${program} -S -c`),
        ),
      );
      await nettop.end();
    },
    ['python3'],
  ),
);

test(
  'a process that chooses another name has it; the name of a thread is not the process’s',
  live(
    async (t) => {
      const port = await sink(t);
      const nettop = startNettop(t, OPTIONS);
      await nettop.until('a first line', () => nettop.processes.length > 0);
      const threads = startPython(t, 'thread', HOST, port, 300);
      await threads.tells(0);
      const line = await sent(nettop, threads.pid, 600);
      assert.deepEqual(
        [line.process, nettop.processes.filter(({ process }) => process === 'nt-thread')],
        ['nt-process', []],
      );
      const peer = await startPeer(t, { name: 'nt-before' });
      await peer.ask('bindUdp', HOST);
      await peer.ask('sendUdp', 1, 10, HOST, Number(port));
      assert.equal((await sent(nettop, peer.pid, 10)).process, 'nt-before');
      await peer.ask('rename', 'nt-after');
      await nettop.until('the new name', () =>
        nettop.processes.some(({ pid, process }) => pid === peer.pid && process === 'nt-after'),
      );
      await nettop.end();
    },
    ['python3'],
  ),
);

test(
  'the user of a process, after it became another, and of its child',
  live(
    async (t) => {
      const port = await sink(t);
      const nettop = startNettop(t, OPTIONS);
      await nettop.until('a first line', () => nettop.processes.length > 0);
      const parent = startPython(t, 'drop_user', HOST, port, 65534);
      const child = await parent.tells(0);
      const line = await sent(nettop, child, 1);
      assert.deepEqual([line.user, line.parentPid], ['nobody', parent.pid]);
      await nettop.until('the user that the parent became', () =>
        nettop.processes.some(({ pid, user }) => pid === parent.pid && user === 'nobody'),
      );
      await nettop.end();
    },
    ['python3'],
  ),
);
