import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { lineProblem } from '../fixtures/json-schema.ts';
import { cli, live } from './nettop.ts';

/** What `nettop functions` prints. */
function list(...args: string[]): { status: number | null; lines: string[]; note: string } {
  const run = spawnSync(process.execPath, [cli, 'functions', ...args], { encoding: 'utf8' });
  return { status: run.status, lines: run.stdout.trimEnd().split('\n'), note: run.stderr };
}

test(
  'the kernel lists its functions with a packet, their argument and how they can be traced',
  live(async () => {
    const { status, lines, note } = list('tcp_v?_rcv');
    assert.deepEqual([status, lines.length], [0, 3]);
    assert.match(lines[1] ?? '', /^tcp_v4_rcv +1 of 1 {2}(fentry|kprobe-multi|kprobe|-)$/);
    assert.match(lines[2] ?? '', /^tcp_v6_rcv( +ipv6)? +1 of 1 {2}(fentry|kprobe-multi|kprobe|-)$/);
    assert.equal(note !== '', lines[1]?.endsWith(' -'), note);
  }),
);

test(
  'as JSON: all of them, and where a tracepoint stands',
  live(async () => {
    const { status, lines } = list('--json');
    const rows = lines.map((line) => JSON.parse(line));
    assert.equal(status, 0);
    assert.deepEqual(rows.map(lineProblem).filter(Boolean), []);
    assert.ok(rows.length > 1000, `${rows.length} functions`);
    const xmit = rows.find((row) => row.function === 'dev_hard_start_xmit');
    assert.deepEqual([xmit.skbArgument, xmit.arguments], [1, 4]);
    assert.ok(xmit.rung === 'tracepoint' || xmit.rung !== null, JSON.stringify(xmit));
  }),
);

test(
  'a pattern that fits no function says so',
  live(async () => {
    const { status, lines, note } = list('colour_*');
    assert.deepEqual([status, lines], [2, ['']]);
    assert.match(note, /^nettop: no function with a packet is called colour_\*\n$/);
  }),
);
