import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { heldBy, list } from './bpftool.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startServing } from './serving.ts';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

/** The kernel counts what programs take, while the test runs. */
function count(t: TestContext): void {
  const before = readFileSync(SWITCH, 'latin1');
  t.after(() => writeFileSync(SWITCH, before));
  writeFileSync(SWITCH, '1');
}

/** What the kernel itself keeps of a name; bpftool knows the rest. */
const NAME_BYTES = 15;

/** Runs of a process's programs by their names, as bpftool has them. */
function runsOf(pid: number): Map<string, number> {
  const own = new Set(heldBy(pid).programs);
  const runs = new Map<string, number>();
  for (const { id, name: whole = '', run_cnt = 0 } of list('prog')) {
    const name = whole.slice(0, NAME_BYTES);
    if (own.has(id)) runs.set(name, (runs.get(name) ?? 0) + run_cnt);
  }
  return runs;
}

const FAMILY = /^nettop_bpf_program_runs_total\{program="(.*)"\}$/;

test(
  'runs of nettop’s programs are between those that bpftool has before and after; without the count there are none',
  live(
    async (t) => {
      if (readFileSync(SWITCH, 'latin1').trim() === '1')
        return t.skip('the kernel counts for somebody already');
      const serving = startServing(t);
      const told = (values: Map<string, number>) =>
        [...values].flatMap(([key, value]) => {
          const [, program] = FAMILY.exec(key) ?? [];
          return program === undefined ? [] : ([[program, value]] as const);
        });
      await serving.url();
      assert.deepEqual(told(await serving.values()), []);

      count(t);
      const { within } = createNamespace(t);
      const server = await startPeer(t, { within });
      const client = await startPeer(t, { within });
      const port = await server.ask('listen', '127.0.0.1', 'echo');
      await client.ask('connect', '127.0.0.1', port);
      await client.ask('converse', 200, 1000);
      const before = runsOf(serving.pid);
      const busy = [...before.values()].filter((runs) => runs >= 200);
      assert.ok(busy.length > 0, 'some ran for each packet');
      const values = await serving.valuesWhen('a later reading', (all) => {
        const programs = new Map(told(all));
        return programs.size > 0 && [...before].every(([name, runs]) => (programs.get(name) ?? 0) >= runs);
      });
      const after = runsOf(serving.pid);
      for (const [name, runs] of told(values)) assert.ok(runs <= (after.get(name) ?? 0), name);
      const seconds = [...values].filter(([key]) => key.startsWith('nettop_bpf_program_run_seconds_total'));
      assert.equal(seconds.length, told(values).length);
      assert.ok(seconds.some(([, value]) => value > 0));
    },
    ['bpftool', 'ip'],
  ),
);
