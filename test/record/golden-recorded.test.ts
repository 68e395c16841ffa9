import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FRAMES, RECORDED } from '../fixtures/recorded.ts';
import { decodeLog, encodeLog } from '../fixtures/recording.ts';
import { root } from '../fixtures/tool.ts';
import { replayed } from '../fixtures/watch.ts';

process.env.TZ = 'UTC';

const file = readFileSync(join(root, RECORDED));
const entries = decodeLog(file);

test('a run that was recorded shows the frames that it showed live, without root', () => {
  const text = replayed(entries).join('\n\n');
  if (process.env.UPDATE_GOLDEN) writeFileSync(join(root, FRAMES), text);
  assert.deepEqual(text.split('\n'), readFileSync(join(root, FRAMES), 'utf8').split('\n'));
});

test('the record is small, and comes back as it was written', () => {
  assert.ok(file.length < 600_000, `${file.length} bytes`);
  assert.deepEqual(decodeLog(encodeLog(entries)), entries);
});
