import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';
import { live } from './nettop.ts';
import { until } from './until.ts';

function nettop(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { cwd: root, encoding: 'utf8', timeout: 60_000 } as const;
  return spawnSync(process.execPath, ['dist/cli.js', ...args], options);
}

test(
  'a term that no socket tells is named on standard error and in the summary',
  live(async () => {
    const { status, stdout, stderr } = nettop('connections', '--json', '-c', '1', 'tcp and len > 9000');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^nettop: connections are not held against len >= 9001: /m);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    assert.deepEqual([summary.type, summary.notJudged], ['summary', ['len >= 9001']]);
    const judged = nettop('processes', '--json', '-c', '1', 'tcp and port 1');
    assert.deepEqual(JSON.parse(judged.stdout.trimEnd().split('\n').at(-1) ?? '').notJudged, []);
  }),
);

test(
  'an interface that is nowhere is an error with those that there are; one in another network namespace is none',
  live(async (t) => {
    const missing = nettop('connections', '-c', '1', '-I', 'nosuch0');
    assert.equal(missing.status, 2);
    assert.match(
      missing.stderr,
      /^nettop: --interface: "nosuch0": there is no such interface; there are .*\blo\b/,
    );
    const filter = nettop('explain', 'tcp and iface nosuch0');
    assert.equal(filter.status, 2);
    const [netns, device] = [`nettop-if-${process.pid}`, `nt${process.pid}`];
    const ip = (...args: string[]) => assert.equal(spawnSync('ip', args).status, 0, args.join(' '));
    ip('netns', 'add', netns);
    t.after(() => spawnSync('ip', ['netns', 'del', netns]));
    ip('-n', netns, 'link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}b`);
    for (const args of [[`iface ${device}`], ['-I', `${device}b`, '--netns', netns]])
      assert.equal(nettop('explain', ...args).status, 0, args.join(' '));
  }),
);

test(
  'an interface that is made again under its name is followed by the filter in force',
  live(async (t) => {
    const netns = `nettop-again-${process.pid}`;
    const ip = (...args: string[]) => assert.equal(spawnSync('ip', args).status, 0, args.join(' '));
    const inside = (...args: string[]) => ip('-n', netns, ...args);
    const make = () => {
      inside('link', 'add', 'd0', 'type', 'veth', 'peer', 'name', 'd1');
      for (const device of ['d0', 'd1']) inside('link', 'set', device, 'up');
      inside('addr', 'add', '10.77.0.1/24', 'dev', 'd0');
      inside('neigh', 'add', '10.77.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'd0');
    };
    const send = (port: number) => {
      const code = `import socket; socket.socket(2, 2).sendto(b'x', ('10.77.0.2', ${port}))`;
      assert.equal(spawnSync('ip', ['netns', 'exec', netns, 'python3', '-c', code]).status, 0);
    };
    ip('netns', 'add', netns);
    t.after(() => spawnSync('ip', ['netns', 'del', netns]));
    make();
    const argv = ['netns', 'exec', netns, process.execPath, 'dist/cli.js', 'trace', '--json', '-I', 'd0'];
    const trace = spawn('ip', [...argv, '--interval', '200ms', '--duration', '60s'], { cwd: root });
    t.after(() => trace.kill('SIGKILL'));
    let seen = '';
    trace.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    const isSeen = (port: number) => () => {
      send(port);
      return seen.includes(`"destinationPort":${port},`);
    };
    await until('packets by the first d0', isSeen(1001));
    inside('link', 'del', 'd0');
    make();
    await until('packets by the second d0', isSeen(1002));
  }),
);
