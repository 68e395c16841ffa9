import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

interface Choice {
  parts: string[];
}

interface Chosen {
  choiceOf(args: string[]): Choice;
  filesOf(choice: Choice): string[];
  quickOf(files: string[]): Promise<string[]>;
}

interface Reports {
  Report: new () => Reporting;
}

interface Reporting {
  failing: string[];
  take(event: object): void;
  settle(file: string, alone: Reporting): void;
  slowest(count: number): string[];
}

const { choiceOf, filesOf, quickOf } = (await import(join(root, '.ci/choice.mjs'))) as Chosen;
const { Report } = (await import(join(root, '.ci/report.mjs'))) as Reports;

/** What npm test prints, without its set-up. */
function suite(...args: string[]): { status: number | null; stdout: string } {
  const { NODE_TEST_CONTEXT, ...env } = process.env; // else Node takes the run for a part of this one
  const command = ['--import', 'tsx', '.ci/suite.mjs', ...args];
  return spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
}

test('the words choose files by a part of their path, a kernel by its whole name', () => {
  const chosen = (...parts: string[]) => filesOf(choiceOf(parts));
  assert.deepEqual(
    chosen('/lock.test', 'live/trace.t')
      .map((path) => basename(path))
      .sort(),
    ['lock.test.ts', 'trace.test.ts'],
  );
  assert.deepEqual(chosen('kernels/6.1'), []);
  assert.deepEqual(chosen('6.1'), ['kernels/6.1.test.ts']);
  assert.throws(() => choiceOf(['--slow']), /Unknown option '--slow'/);
});

test('-t NAME runs the tests alone whose name contains it, letter for letter', () => {
  assert.deepEqual(suite('/lock.test', '-t', 'npm ci refuses').stdout, '1 passed, 0 failed, 0 skipped\n');
  const none = suite('/lock.test', '--quick', '-t', 'npm .. refuses');
  assert.deepEqual([none.status, none.stdout.split('\n')[0]], [1, 'no test is meant by that']);
});

test('quick are the tests that reach neither libbpf nor another program', async () => {
  const files = filesOf(choiceOf([]));
  const quick = await quickOf(files);
  const has = (paths: string[], name: string) => paths.some((path) => path.endsWith(name));
  for (const file of ['golden.test.ts', 'parser.test.ts', 'ledger.test.ts', 'components.test.tsx'])
    assert.ok(has(quick, file), file);
  for (const file of ['wire-maps.test.ts', 'types.test.ts', 'screen-pty.test.ts', 'live/trace.test.ts'])
    assert.ok(has(files, file) && !has(quick, file), file);
  assert.ok(quick.length > files.length / 3, `${quick.length} of ${files.length}`);
});

test('the slowest are told by their seconds, those inside others by themselves', () => {
  const report = new Report();
  const file = '/tree/test/one.test.ts';
  const done = (name: string, nesting: number, duration_ms: number, skip?: string) => {
    const data = { name, nesting, file, skip, details: { duration_ms } };
    for (const type of ['test:start', 'test:pass']) report.take({ type, data });
  };
  done('short', 0, 20);
  report.take({ type: 'test:start', data: { name: 'whole', nesting: 0 } });
  done('part', 1, 61_000);
  report.take({
    type: 'test:pass',
    data: { name: 'whole', nesting: 0, file, details: { duration_ms: 70_000 } },
  });
  done('middle', 0, 1260);
  done('not chosen', 0, 5000, 'test name does not match pattern');
  assert.deepEqual(report.slowest(2), [
    '   61.0  test/one.test.ts: whole › part',
    '    1.3  test/one.test.ts: middle',
  ]);
});

test('a file that failed and passes alone fails no more; one that fails again does', (t) => {
  t.mock.method(process.stdout, 'write', () => true);
  const told = (file: string, how: 'pass' | 'fail', into = new Report()) => {
    const error = { failureType: 'testCodeFailure', cause: new Error('as expected') };
    const data = { name: 'one', nesting: 0, file, details: { duration_ms: 1, error } };
    for (const type of ['test:start', `test:${how}`]) into.take({ type, data });
    return into;
  };
  const report = told('/tree/test/live/a.test.ts', 'fail');
  told('/tree/test/live/b.test.ts', 'fail', report);
  const [a, b] = report.failing;
  assert.ok(a && b);
  report.settle(a, told(a, 'pass'));
  report.settle(b, told(b, 'fail'));
  report.settle(b, new Report());
  assert.deepEqual(report.failing, [b]);
});
