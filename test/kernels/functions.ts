import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { cli, startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import { until } from '../live/until.ts';
import { HERE } from './cable.ts';
import { say } from './guest.ts';

const PATTERN = 'ip_*';
const TRACING = '/sys/kernel/tracing';

/** Functions of that pattern that nettop says it can stand on. */
function listed(): string[] {
  const args = [cli, 'functions', PATTERN, '--json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const lines = stdout.split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line) as { function: string; rung: string | null });
  return rows.filter(({ rung }) => rung !== null).map((row) => row.function);
}

/** Those of the functions that are called while something happens, as the kernel's own function tracer says. */
async function passed(functions: string[], happen: () => Promise<void>): Promise<string[]> {
  const set = (file: string, text: string) => writeFileSync(`${TRACING}/${file}`, text);
  const known = new Set(readFileSync(`${TRACING}/available_filter_functions`, 'utf8').split(/[\n ]/));
  set('set_ftrace_filter', functions.filter((name) => known.has(name)).join('\n'));
  set('current_tracer', 'function');
  await happen();
  set('tracing_on', '0');
  const calls = readFileSync(`${TRACING}/trace`, 'utf8').matchAll(/: (\S+) <-/g);
  const names = new Set([...calls].map(([, name = '']) => name));
  set('current_tracer', 'nop');
  set('tracing_on', '1');
  return [...names].sort();
}

/** Traces all functions of a pattern, while packets pass some of them. */
export async function traceFunctions(t: TestContext, here: Peer, there: Peer): Promise<void> {
  const functions = listed();
  const port = await here.ask('listen', HERE, 'echo');
  await there.ask('connect', HERE, port);
  const nettop = startNettop(t, ['trace', '-f', PATTERN, '--json', '-c', '200']);
  await until('the trace sees a packet', async () => {
    await there.ask('converse', 1, 10);
    return nettop.packets.length > 0;
  });
  const called = await passed(functions, () => there.ask('converse', 20, 100));
  await nettop.exited; // by itself; it says on standard error which functions it could not trace
  const seen = new Set(nettop.packets.map((packet) => packet.function));
  say(
    `${PATTERN}: ${functions.length} functions, ${nettop.summary?.attach}; ${called.length} passed: ${called.join(' ')}`,
  );
  assert.equal(nettop.packets.length, 200);
  assert.ok(called.length > 0);
  assert.deepEqual(
    called.filter((name) => !seen.has(name)),
    [],
    'passed, but not seen',
  );
}
