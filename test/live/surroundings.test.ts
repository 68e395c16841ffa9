import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** What doctor prints under a shell's command. */
function doctorIn(script: string): { status: number | null; stdout: string } {
  return spawnSync('sh', ['-c', script, 'sh', process.execPath, cli, 'doctor'], { encoding: 'utf8' });
}

for (const mount of ['/proc', '/sys'])
  test(
    `no ${mount}: one line says so and how to mount it, and doctor agrees`,
    live(async () => {
      const without = `unshare -m sh -c 'mount -t tmpfs none ${mount}; exec "$@"' sh "$@"`;
      const { status, lines } = runIn(without, 'connections', '-c', '1');
      assert.deepEqual([status, lines[0], lines.length], [1, `nettop: ${mount} is not there`, 2]);
      assert.match(lines[1] ?? '', /^ +mount it: mount -t /);
      const doctor = doctorIn(without);
      assert.equal(doctor.status, 1);
      assert.match(doctor.stdout, new RegExp(`^MISSING +mounts +${mount} is not there$`, 'm'));
    }, ['unshare']),
  );

for (const command of ['connections', 'doctor'])
  test(`${command} with few addresses: the limit and what to do, and no stack`, () => {
    assert.deepEqual(runIn('ulimit -v 4000000; exec "$@"', command), {
      status: 1,
      lines: [
        'nettop: too little address space: this process may have 4.1 GB',
        '        raise the limit: ulimit -v unlimited; 24 GB are needed',
      ],
    });
  });

const MEMORY_V1 = '/sys/fs/cgroup/memory';

test(
  'a cgroup with little memory: its limit and what to do, before the kernel ends nettop without a word',
  live(async (t) => {
    const isV1 = existsSync(MEMORY_V1);
    const group = `${isV1 ? MEMORY_V1 : '/sys/fs/cgroup'}/nettop-test-${process.pid}`;
    try {
      mkdirSync(group);
    } catch {
      return t.skip('no cgroup can be made here');
    }
    t.after(() => rmdirSync(group));
    const file = `${group}/${isV1 ? 'memory.limit_in_bytes' : 'memory.max'}`;
    if (!existsSync(file)) return t.skip('cgroups have no memory limit here');
    writeFileSync(file, `${60 << 20}`);
    const within = `echo $$ > ${group}/cgroup.procs; exec "$@"`;
    const { status, lines } = runIn(within, 'connections', '-c', '1');
    assert.equal(status, 1);
    assert.match(lines[0] ?? '', /^nettop: too little memory: the cgroup may have 60 MB, and nettop needs/);
    assert.match(lines[1] ?? '', /^ +give it more: memory\.max/);
    assert.equal(lines.length, 2);
    writeFileSync(file, `${120 << 20}`); // the doctor loads programs as well
    const doctor = doctorIn(within);
    assert.deepEqual([doctor.status, /^MISSING +memory +at most 120 MB$/m.test(doctor.stdout)], [1, true]);
  }),
);

/** Runs the rest of its arguments with bpf() refused, as the seccomp filters of containers do. */
const WITHOUT_BPF = `
import ctypes, os, platform, struct, sys
number = {'x86_64': 321, 'aarch64': 280}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x50000 | int(sys.argv[1])), (0x06, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *step) for step in steps))
class Program(ctypes.Structure):
    _fields_ = [('length', ctypes.c_ushort), ('steps', ctypes.c_void_p)]
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.byref(Program(len(steps), ctypes.addressof(code)))) == 0
os.execv(sys.argv[2], sys.argv[2:])`;

for (const [number, sentence] of [
  [1, 'Operation not permitted'],
  [38, 'Function not implemented'],
] as const)
  test(
    `a seccomp filter that answers bpf() with "${sentence}": doctor says that it is one`,
    live(async () => {
      const args = ['-c', WITHOUT_BPF, `${number}`, process.execPath, cli];
      const run = spawnSync('python3', [...args, 'connections', '-c', '1'], { encoding: 'utf8' });
      assert.equal(run.status, 1);
      assert.match(run.stderr, new RegExp(`^nettop: .*${sentence}\n +the kernel does not permit this`));
      assert.match(run.stderr, /^ +a seccomp filter refuses it: allow bpf\(\)/m);
      assert.match(run.stderr, /nettop cannot run here/);
      assert.doesNotMatch(run.stderr, /^ +at /m);
    }, ['python3']),
  );

test(
  'a full disk: one line, exit code 1',
  live(async () => {
    for (const args of [['connections', '-c', '1'], ['trace', '--json', '--duration', '1'], ['doctor']]) {
      const { status, lines } = runIn('exec "$@" > /dev/full', ...args);
      assert.deepEqual([status, lines.length], [1, 2]);
      assert.match(lines[0] ?? '', /^nettop: cannot write: ENOSPC/);
    }
  }),
);
