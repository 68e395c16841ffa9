import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Process } from '../../src/capture/ledger/process.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { Within } from '../../src/views/within.ts';

const facts = { parentPid: null, command: null, unit: null, container: null, read: true };

test('of processes in a cgroup, those that ended and those that just began too; the kernel lets all through', () => {
  const places = new Map([
    [7, '/a/run-1/below'],
    [8, '/a'],
  ]);
  const running = new Map([[9, '0::/a/run-1\n']]);
  const processes = new Map([...places.keys()].map((pid) => [String(pid), { pid } as Process]));
  const within = new Within(
    'run-1',
    {
      about: ({ pid }) => ({ ...facts, cgroup: places.get(pid) ?? null }),
      running: (pid) => {
        const cgroups = running.get(pid);
        return cgroups === undefined
          ? null
          : { startNs: 0, name: '', uid: 0, parentPid: 1, command: '', cgroups };
      },
    },
    processes,
  );
  const matches = (pid: number, port = 80) =>
    evaluate(within.and(parseFilter('port 80')), { pid, sourcePort: port, destinationPort: 1 });
  assert.deepEqual(
    [7, 8, 9, 10, 0].map((pid) => matches(pid)),
    [true, false, true, false, false],
  );
  assert.equal(matches(7, 81), false);
  assert.equal(evaluate(within.and(null), { pid: 7 }), true);
  running.delete(9);
  processes.delete('7');
  within.tick();
  assert.deepEqual(
    [7, 9].map((pid) => matches(pid)),
    [false, false],
    'others may have their numbers',
  );
  assert.deepEqual(
    compileFilter(within.and(null), () => null),
    { steps: [], exact: false, needsOwner: false, perEvent: false },
  );
});
