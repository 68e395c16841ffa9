import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf, failureOf } from '../../src/capture/failure.ts';
import { cleanEnvironment } from '../../src/command/privileges.ts';
import { CaptureError, FaultError, RefusedError } from '../../src/errors.ts';
import { limitError } from '../../src/machine/limits.ts';

const SAYINGS: [string, RegExp][] = [
  ["EMFILE: too many open files, open '/proc/kallsyms'", /^too many open files: this process may have \d+/],
  ["map 'noted': failed to create: Too many open files(-24)", /^too many open files: this process/],
  ['Worker initialization failure: EMFILE', /^too many open files: this process/],
  ['iterator: Too many open files in system', /^too many open files on the whole machine$/],
  ['mmap of 16777216 bytes: Cannot allocate memory', /^out of memory: a limit/],
  ['Worker terminated due to reaching memory limit: JS heap out of memory', /^out of memory: a limit/],
];

test('what is a limit of the process or the machine is said to be one, with what to do', () => {
  for (const [message, wanted] of SAYINGS) {
    const error = limitError(new Error(message));
    assert.match(error?.message ?? '', wanted);
    assert.match(error?.hint ?? '', /^(raise the limit|give it more): /);
  }
});

test('what is none is left as it is', () => {
  assert.equal(limitError(new Error('prog on_state: Operation not permitted')), null);
  assert.equal(limitError('text'), null);
});

test('why the worker did not start crosses threads: a refusal, a limit, a fault of nettop, each with its stack', () => {
  const cross = (error: unknown) => errorOf(structuredClone(failureOf(error)));
  const refused = cross(new CaptureError('no BTF', 'another kernel'));
  const limit = cross(new Error('EMFILE: too many open files'));
  const fault = cross(new TypeError('socket is undefined'));
  assert.ok(refused instanceof RefusedError && refused.hint === 'another kernel');
  assert.ok(limit instanceof CaptureError && !(limit instanceof RefusedError));
  assert.ok(fault instanceof FaultError && fault.message === 'socket is undefined');
  for (const error of [refused, limit, fault]) assert.match(error.stack ?? '', /limits\.test/);
});

test('sudo gets the terminal and the language, and nothing that changes how Node.js starts', () => {
  const given = {
    PATH: '/bin',
    TERM: 'xterm',
    LC_ALL: 'C',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: 'x.so',
    A: 'b',
  };
  assert.deepEqual(cleanEnvironment(given), { PATH: '/bin', TERM: 'xterm', LC_ALL: 'C' });
});
