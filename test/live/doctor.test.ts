import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { cli, live } from './nettop.ts';

/** Root that may do nothing: the capabilities are gone for good, as in many containers. */
const POWERLESS = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'];

function run(command: string[], args: string[]) {
  const [program = '', ...before] = [...command, process.execPath, cli, ...args];
  const { status, stdout, stderr } = spawnSync(program, before, { encoding: 'utf8', timeout: 20_000 });
  return { status, stdout, stderr, lines: stdout.split('\n') };
}

test(
  'doctor: nettop can run here, and every point is reached or said to be not reached',
  live(async () => {
    const { status, stderr, lines } = run([], ['doctor']);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const points = lines.slice(lines.indexOf('The trace attaches to') + 1, lines.lastIndexOf('') - 2);
    const [reached, not] = [/ {2,}(fentry|kprobe|tracepoint \w+:\w+)/, / {2,}not reached: ./];
    assert.deepEqual(
      points.filter((line) => !reached.test(line) && !not.test(line)),
      [],
    );
    for (const name of ['netif_receive_skb', '__dev_queue_xmit'])
      assert.ok(
        points.some((line) => line.includes(` ${name} `) && reached.test(line)),
        name,
      );
    for (const name of ['ip_rcv_finish', 'tcp_v4_do_rcv', 'tcp_queue_rcv', 'sock_def_readable', 'ip_output'])
      assert.ok(
        points.some((line) => line.includes(` ${name} `)),
        name,
      );
  }),
);

test('doctor without capabilities: one line names them, a hint says what to do, exit code 1', (t) => {
  if (process.getuid?.() !== 0) return t.skip('not root');
  const { status, stderr, lines } = run(POWERLESS, ['doctor']);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  const at = lines.findIndex((line) => /^MISSING +capabilities/.test(line));
  assert.match(lines[at] ?? '', /CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN/);
  assert.match(lines[at + 1] ?? '', /sudo/);
  assert.ok(!lines.some((line) => /^ +at /.test(line)), lines.join('\n'));
});

for (const command of ['trace', 'processes', 'connections']) {
  test(`${command} without capabilities: what is missing and what to do, exit code 1`, (t) => {
    if (process.getuid?.() !== 0) return t.skip('not root');
    const { status, stdout, stderr } = run(POWERLESS, [command, '--json']);
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
    assert.match(stderr, /^nettop: .*CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN\n +.*sudo.*\n$/);
  });
}
