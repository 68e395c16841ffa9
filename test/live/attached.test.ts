import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { cli, live } from './nettop.ts';

const types = new KernelTypes();

const hasTracepoint = (name: string) => types.tracepointArguments(name.split(':')[1] ?? '') !== null;

test(
  'every tracepoint that the kernel has is stood on: the kernel takes each of the programs',
  live(async () => {
    const args = [cli, 'trace', '--debug-func', '--attach', 'tracepoint', '--duration', '500ms'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    const missing = TRACE_POINTS.filter(({ traced }) => traced && hasTracepoint(traced.tracepoint))
      .map((point) => point.function)
      .filter((name) => !new RegExp(`^${name} +tracepoint `, 'm').test(stdout));
    assert.deepEqual(missing, []);
  }),
);
