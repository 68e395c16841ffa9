import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../tool.ts';
import { live } from './nettop.ts';

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
