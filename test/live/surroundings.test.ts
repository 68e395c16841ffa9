import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, live } from './nettop.ts';

interface Ended {
  status: number | null;
  lines: string[];
}

/** nettop under a shell's command, which "$@" stands for. */
function runIn(script: string, ...args: string[]): Ended {
  const command = ['-c', script, 'sh', process.execPath, cli, ...args];
  const { status, stderr } = spawnSync('sh', command, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { status, lines: stderr.trimEnd().split('\n') };
}

for (const most of [64, 40, 20])
  test(
    `at most ${most} descriptors: the limit and what to do, and no stack`,
    live(async () => {
      const { status, lines } = runIn(`ulimit -n ${most}; exec "$@"`, 'connections', '-c', '1');
      assert.equal(status, 1);
      assert.match(
        lines[0] ?? '',
        /^nettop: too many open files: this process may have (\d+|no more) descriptors$/,
      );
      assert.match(lines[1] ?? '', /^ +raise the limit: ulimit -n 4096/);
      assert.equal(lines.length, 2);
    }),
  );

test(
  'doctor says of few descriptors that nettop cannot run with them',
  live(async () => {
    const doctor = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, cli, 'doctor'];
    const { status, stdout } = spawnSync('sh', doctor, { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stdout, /^MISSING +descriptors +at most 64$/m);
  }),
);

test(
  'a mount of cgroup v2 that another one lies over: the next way to the root is taken',
  live(async () => {
    const covered = 'mount --make-rprivate /; ip link set lo up; mount -t sysfs none /sys; exec "$@"';
    const { status, lines } = runIn(`exec unshare -mn sh -c '${covered}' sh "$@"`, 'connections', '-c', '1');
    assert.deepEqual([status, lines.filter((line) => !line.startsWith('nettop: '))], [0, []]);
  }, ['unshare', 'ip']),
);

test(
  'a working directory that is gone, no home, no terminal type: it runs all the same',
  live(async () => {
    const script = 'd=$(mktemp -d); cd "$d"; rmdir "$d"; exec env -u HOME -u TERM "$@"';
    assert.equal(runIn(script, 'connections', '-c', '1').status, 0);
  }),
);

test(
  'a profiler’s timer, a thousand signals a second, does not keep programs from being loaded',
  live(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nettop-profile-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const args = ['--cpu-prof', `--cpu-prof-dir=${folder}`, cli, 'connections', '-c', '1'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.ok(readdirSync(folder).some((name) => name.endsWith('.cpuprofile')));
  }),
);
