import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertHidden, FAR, HOST, PATH, printed, secretPlace } from './hidden.ts';
import { cli, live } from './nettop.ts';
import { until } from './until.ts';

const USER = '65534';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-bundle-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The files of an archive by name, without their folder. */
function filesOf(archive: string, folder: string): Map<string, string> {
  const { status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  const [top = ''] = readdirSync(folder);
  assert.match(top, /^nettop-\d{14}$/);
  return new Map(readdirSync(join(folder, top)).map((name) => [name, join(folder, top, name)]));
}

function startBundle(t: TestContext, args: readonly string[]) {
  const env = { ...process.env, SUDO_UID: USER, SUDO_GID: USER };
  const child = spawn(process.execPath, [cli, 'bundle', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const done = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, done };
}

const OWN = [
  'alerts.jsonl',
  'connections.jsonl',
  'drops.jsonl',
  'listeners.jsonl',
  'processes.jsonl',
  'requests.jsonl',
  'summary.txt',
];

test(
  'a bundle has what was seen, is the user’s alone, and is never written over',
  live(
    async (t) => {
      const place = await secretPlace(t);
      const folder = folderOf(t);
      const file = join(folder, 'incident.tar.gz');
      const { child, done } = startBundle(t, ['--for', '4s', file, 'port', String(place.port)]);
      await until('it is over', () => {
        place.ask();
        return child.exitCode !== null;
      });
      const { code, said } = await done;
      assert.deepEqual([code, said.split('\n').length], [0, 2], said);
      const { mode, uid } = statSync(file);
      assert.deepEqual([mode & 0o777, uid], [0o600, Number(USER)]);
      assert.deepEqual(readdirSync(folder), ['incident.tar.gz'], 'nothing else is left');
      const files = filesOf(file, folderOf(t));
      assert.deepEqual([...files.keys()].sort(), [...OWN, 'doctor.txt', 'recording.nettop'].sort());
      const text = (name: string) => readFileSync(files.get(name) ?? '', 'utf8');
      assert.match(text('doctor.txt'), /tracepoint programs/);
      for (const title of ['ALERTS', 'PROCESSES THAT MOVED MOST', 'NOT CONNECTED', 'DROPPED', 'NOT SEEN'])
        assert.match(text('summary.txt'), new RegExp(`^${title}$`, 'm'));
      assert.match(text('summary.txt'), new RegExp(`${FAR.replaceAll('.', '\\.')}:${place.port}`));
      assert.ok(text('requests.jsonl').includes(PATH) && text('summary.txt').includes(`GET ${HOST}`));
      assert.ok(text('connections.jsonl').includes(`"remotePort":${place.port}`));
      const recording = files.get('recording.nettop') ?? '';
      assert.ok(printed('connections', '--from', recording, '--json').out.includes(FAR));

      const before = readFileSync(file);
      const again = await startBundle(t, [file]).done;
      assert.equal(again.code, 2);
      assert.match(again.said, /^nettop: ".*" is there already: remove it, or choose another name\n$/);
      assert.deepEqual(readFileSync(file), before);

      const full = join(folder, 'full');
      mkdirSync(full);
      const mount = (...args: string[]) => assert.equal(spawnSync(args[0] ?? '', args.slice(1)).status, 0);
      mount('mount', '-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', full);
      try {
        const failed = await startBundle(t, ['--from', recording, join(full, 'no-room.tar.gz')]).done;
        assert.equal(failed.code, 1);
        assert.match(
          failed.said,
          /^nettop: the bundle is not written: ENOSPC.*\n +make room, and run it again\n$/,
        );
        assert.deepEqual(readdirSync(full), []);
      } finally {
        mount('umount', full);
      }

      const secret = join(folder, 'private.tar.gz');
      assert.equal(
        (await startBundle(t, ['--private', '--from', recording, secret, 'port', String(place.port)]).done)
          .code,
        0,
      );
      const hidden = filesOf(secret, folderOf(t));
      assert.deepEqual([...hidden.keys()].sort(), [...OWN, 'doctor.txt'].sort(), 'a recording stays out');
      for (const [name, path] of hidden) assertHidden(readFileSync(path, 'utf8'), place, name);
      const summary = readFileSync(hidden.get('summary.txt') ?? '', 'utf8');
      const [, end] = new RegExp(`\\s(10\\.[\\d.]+:${place.port})\\s`).exec(summary) ?? [];
      assert.ok(end, summary);
      const [address] = end.split(':');
      assert.ok(
        readFileSync(hidden.get('connections.jsonl') ?? '', 'utf8').includes(`"${address}"`),
        'one pseudonym in all files',
      );
    },
    ['ip', 'curl', 'tar'],
  ),
);

test(
  'a signal leaves no bundle, and neither does a recording that is none',
  live(
    async (t) => {
      const folder = folderOf(t);
      const file = join(folder, 'cut.tar.gz');
      const { child, done } = startBundle(t, ['--for', '60s', file]);
      await until('it has begun', () => existsSync(`${file}.unfinished`));
      child.kill('SIGINT');
      assert.equal((await done).code, 130);
      assert.deepEqual(readdirSync(folder), []);
      const none = await startBundle(t, ['--from', '/etc/hostname', file]).done;
      assert.deepEqual([none.code, readdirSync(folder)], [2, []], none.said);
      const killed = startBundle(t, ['--for', '60s', file]);
      await until('it has begun', () => existsSync(`${file}.unfinished`));
      killed.child.kill('SIGKILL');
      await killed.done;
      assert.deepEqual(readdirSync(folder), ['cut.tar.gz.unfinished'], 'its name says that it is not whole');
    },
    ['ip', 'curl', 'tar'],
  ),
);
