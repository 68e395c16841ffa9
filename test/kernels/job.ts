/** Runs in the emulated machine, as root: what nettop does on that kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { list } from '../live/bpftool.ts';
import { cli, startNettop } from '../live/nettop.ts';
import { startPeer } from '../live/peer.ts';
import { until } from '../live/until.ts';
import { holdBytes } from './accuracy.ts';
import { HERE, layCable, THERE } from './cable.ts';
import { CHECKS, type Check, isChosen, LIVE } from './checks.ts';
import { within as inTime } from './deadline.ts';
import { connectSlowly } from './delay.ts';
import { countDrops } from './drops.ts';
import { failToConnect } from './failures.ts';
import { traceFunctions } from './functions.ts';
import { say } from './guest.ts';
import { fillNeighbours } from './neighbours.ts';
import { verdicts } from './netfilter.ts';
import { countByRule } from './rules.ts';
import { functionsOf, trace } from './trace.ts';
import { countFrames } from './wire.ts';

/** Of one check; on a busy machine some take five minutes and more. */
const LONGEST_MS = 900_000;
const BYTES = 1_000_000;
const DATAGRAMS = 20;
/** As many as a receiver's buffer takes while its process waits for the one processor. */
const AT_ONCE = 4;

/** Ids of all programs and links in the kernel. */
function loaded(): string[] {
  return (['prog', 'link'] as const).flatMap((kind) => list(kind).map(({ id }) => `${kind} ${id}`));
}

const before = loaded();

/** Two processes with a cable between their network namespaces; they stay until the last test ends them. */
const lasting = { after: () => {} } as unknown as TestContext;
const { within } = layCable(lasting);
const here = await startPeer(lasting, { name: 'here' });
const there = await startPeer(lasting, { name: 'there', within });

function check(name: Check, body: (t: TestContext) => Promise<void> | void): void {
  if (isChosen(name)) test(CHECKS[name], (t) => inTime(LONGEST_MS, () => body(t)));
}

/** As doctor says. */
let hasMulti = false;

check('doctor', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'doctor'], { encoding: 'utf8' });
  say(stdout);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /ok +fentry programs/);
  assert.match(stdout, /ok +kprobe programs/);
  hasMulti = /ok +kprobe-multi programs/.test(stdout);
});

check('functions', (t) => {
  if (!hasMulti) return t.skip('this kernel has no kprobe.multi, one by one it takes minutes here');
  return traceFunctions(t, here, there);
});

check('processes', async (t) => {
  const port = await here.ask('listen', HERE);
  const udp = await here.ask('bindUdp', HERE);
  await there.ask('bindUdp', THERE);
  const nettop = startNettop(t, ['processes', '--json']);
  const line = (pid: number) => nettop.processes.findLast((line) => line.pid === pid);
  await nettop.until('it counts', () => line(here.pid));
  const earlier = await here.ask('received');
  await there.ask('connect', HERE, port);
  await there.ask('send', BYTES);
  for (let sent = 0; sent < DATAGRAMS; sent += AT_ONCE) {
    await there.ask('sendUdp', AT_ONCE, 1000, HERE, udp);
    const due = earlier + BYTES + (sent + AT_ONCE) * 1000;
    await until(`${due} bytes`, async () => (await here.ask('received')) === due);
  }
  const whole = BYTES + DATAGRAMS * 1000;
  await nettop.end();
  const counted = [here, there].map(({ pid }) => [line(pid)?.receiveBytes, line(pid)?.transmitBytes]);
  assert.deepEqual(counted, [
    [whole, 0],
    [0, whole],
  ]);
});

check('accuracy', holdBytes);

for (const hook of ['fentry', 'kprobe', 'tracepoint'] as const)
  check(hook, (t) => trace(t, hook, here, there));

check('kprobe-multi', (t) => {
  if (!hasMulti) return t.skip('this kernel has no kprobe.multi');
  return trace(t, 'kprobe-multi', here, there);
});

check('alike', () => {
  assert.ok(functionsOf('fentry').length > 0);
  assert.deepEqual(functionsOf('kprobe'), functionsOf('fentry'));
  if (hasMulti) assert.deepEqual(functionsOf('kprobe-multi'), functionsOf('fentry'));
});

check('drops', (t) => countDrops(t, here, there));

check('failures', (t) => failToConnect(t, here, there));

check('wire', (t) => countFrames(t, here, there));

check('delay', (t) => connectSlowly(t, here, there, within));

check('neighbours', fillNeighbours);

for (const [name, load] of Object.entries(LIVE)) if (isChosen(name)) await load();

for (const hook of ['fentry', 'kprobe'] as const) check(`netfilter-${hook}`, (t) => verdicts(t, hook, there));

for (const hook of ['fentry', 'kprobe'] as const)
  check(`rules-${hook}`, (t) => countByRule(t, hook, here, there));

check('leftovers', async () => {
  await until('no program and no link more than before', () => `${loaded()}` === `${before}`);
  for (const peer of [here, there]) await peer.end(); // this process ends when they have
});
