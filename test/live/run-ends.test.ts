import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { launch } from '../fixtures/pty.ts';
import { cli, live } from './nettop.ts';
import { cgroupsLeft, startRun } from './run-reports.ts';
import { until } from './until.ts';

const groupOf = (pid: number): string | undefined =>
  /nettop-run-[^/\n]*/.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[0];

/** The number that the command says first. */
async function told(child: ReturnType<typeof startRun>['child']): Promise<number> {
  let text = '';
  child.stdout?.on('data', (data: string) => {
    text += data;
  });
  return until('the command says its number', () => Number(/^(\d+)\n/.exec(text)?.[1]) || null);
}

test(
  'exit codes are those of the command, of its signal, and of shells where there is none',
  live(async (t) => {
    for (const [script, code] of [
      ['exit 0', 0],
      ['kill -KILL $$', 137],
      ['kill -TERM $$', 143],
    ] as const)
      assert.equal((await startRun(t, ['sh', '-c', script]).done).code, code, script);
    const without = (...command: string[]) => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [cli, 'run', '--', ...command]);
      return [status, stdout.toString(), stderr.toString()];
    };
    assert.deepEqual(without('no-such-command'), [127, '', 'nettop: no-such-command: command not found\n']);
    assert.deepEqual(without('/etc/passwd'), [126, '', 'nettop: /etc/passwd: permission denied\n']);
  }),
);

test(
  'a signal to nettop alone is passed on; the cgroup is there while the command runs, and gone with it',
  live(async (t) => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { child, done } = startRun(t, ['sh', '-c', 'echo $$; exec sleep 60']);
      const pid = await told(child);
      const group = groupOf(pid);
      assert.ok(group && cgroupsLeft().some((path) => path.endsWith(group)));
      await until('nettop itself is not in it', () => groupOf(child.pid ?? 0) === undefined);
      child.kill(signal);
      assert.equal((await done).code, code);
      assert.ok(!existsSync(`/proc/${pid}`));
      assert.ok(!cgroupsLeft().some((path) => path.endsWith(group)));
    }
  }),
);

test(
  'a signal before the command begins ends nettop: there is no command, and no cgroup',
  live(async (t) => {
    const { child, done } = startRun(t, ['echo', 'begun']);
    const ours = () => cgroupsLeft().some((path) => path.includes(`nettop-run-${child.pid}-`));
    await until('its cgroup is there', ours);
    child.kill('SIGINT');
    await assert.rejects(done, /nettop: a signal came\n *the command has not begun/);
    assert.deepEqual([ours(), child.exitCode], [false, 1]);
  }),
);

test(
  'what the command left behind goes on, is named, and leaves no cgroup',
  live(
    async (t) => {
      const script = 'setsid sh -c "echo \\$\\$; exec sleep 60" & sleep 0.1';
      const { child, done } = startRun(t, ['sh', '-c', script]);
      const pid = await told(child);
      t.after(() => process.kill(pid));
      const group = groupOf(pid) ?? 'none';
      child.stdout?.destroy(); // which it holds open
      child.stderr?.destroy();
      const { code, run } = await done;
      assert.deepEqual([code, run.stillRunning], [0, [`sleep[${pid}]`]]);
      assert.equal(groupOf(pid), undefined);
      assert.ok(!cgroupsLeft().some((path) => path.endsWith(group)));
    },
    ['setsid'],
  ),
);

test(
  'the command runs as who called sudo, with that home, and as another with --user',
  live(
    async (t) => {
      const sudo = { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody', SUDO_COMMAND: 'nettop' };
      const script = 'id -u; id -G; echo $USER $SUDO_USER';
      const ran = await startRun(t, ['sh', '-c', script], { env: sudo }).done;
      assert.equal(ran.stdout, '65534\n65534\nnobody\n');
      const asRoot = await startRun(t, ['id', '-u'], { env: sudo, flags: ['--user', 'root'] }).done;
      assert.equal(asRoot.stdout, '0\n');
    },
    ['setpriv', 'getent'],
  ),
);

test(
  'in a terminal what is typed goes to the command, and Ctrl-C ends it, not the report',
  live(async () => {
    const nettop = launch(process.execPath, [cli, 'run', '--', 'sh', '-c', 'echo ready; cat'], {});
    try {
      await nettop.until((screen) => screen.includes('ready'));
      nettop.write('typed\r');
      await nettop.until((screen) => screen.filter((line) => line === 'typed').length === 2);
      await nettop.until(() => nettop.noises.length > 0);
      nettop.write('\x03');
      const screen = await nettop.until((lines) => lines.some((line) => line.startsWith('nettop: sh: exit')));
      assert.ok(screen.some((line) => line.startsWith('nettop: sh: exit 130 after ')));
      assert.equal((await nettop.exited).exitCode, 130);
      const title = 'nettop: sh: 0 connections, sent 0 B, received 0 B';
      assert.deepEqual(new Set(nettop.noises), new Set([`title ${title}`]), 'it tells in the title alone');
      assert.deepEqual(
        nettop
          .raw()
          .split(`\x1b]2;${title}\x07`)
          .join('')
          .split('\x1b')
          .slice(1)
          .map((rest) => rest.slice(0, 6)),
        ['[22;2t', '[23;2t'],
      );
    } finally {
      nettop.close();
    }
  }),
);
