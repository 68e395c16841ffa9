import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusals } from '../../src/attach/refusals.ts';
import { CaptureError } from '../../src/errors.ts';

test('what is refused is told once, without control characters, and not tried again', () => {
  const refusals = new Refusals();
  let tries = 0;
  const refused = () => {
    tries++;
    throw new CaptureError('wire: \x1b[2J', 'see nettop doctor');
  };
  assert.deepEqual(
    [refusals.make('wire', refused), refusals.make('wire', refused), refusals.make('drops', () => 7), tries],
    [null, null, 7, 1],
  );
  assert.deepEqual(refusals.list, [
    { part: 'wire', reason: 'no bytes on the wire: wire: ␛[2J', hint: 'see nettop doctor' },
  ]);
});

test('an error of nettop’s own is no refusal', () => {
  const broken = () => {
    throw new TypeError('nettop is broken');
  };
  assert.throws(() => new Refusals().make('trace', broken), TypeError);
});
