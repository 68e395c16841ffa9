import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findingRecord } from '../../src/command/finding-record.ts';
import { differenceRecord, diffRecord } from '../../src/diff/record.ts';
import { RECORDS as PRINTED } from '../../src/output/records.ts';
import { failedCallRecord } from '../../src/run/failed-call-record.ts';
import { runRecord } from '../../src/run/record.ts';
import { filterPage, referencePage, schema } from '../fixtures/reference.ts';
import { root } from '../fixtures/tool.ts';

const RECORDS = [
  ...PRINTED,
  findingRecord as never,
  runRecord as never,
  failedCallRecord as never,
  diffRecord as never,
  differenceRecord as never,
];
const isRenewed = process.env.UPDATE_REFERENCE !== undefined;
const schemas = join(root, 'docs/schema');

/** The files as they should be. */
const files = new Map([
  [join(root, 'docs/json.md'), referencePage(RECORDS)],
  [join(root, 'docs/filter.md'), filterPage(readFileSync(join(root, 'docs/filter.md'), 'utf8'))],
  ...RECORDS.map(
    (kind) =>
      [join(schemas, `${kind.type}.json`), `${JSON.stringify(schema(kind), null, 2)}\n`] as [string, string],
  ),
]);

test('docs/json.md, docs/schema and the terms of docs/filter.md are made of the tables: npm run reference renews them', () => {
  mkdirSync(schemas, { recursive: true });
  for (const [file, text] of files) {
    if (isRenewed) writeFileSync(file, text);
    assert.equal(readFileSync(file, 'utf8'), text, file);
  }
  const expected = RECORDS.map(({ type }) => `${type}.json`).sort();
  assert.deepEqual(readdirSync(schemas).sort(), expected);
});

test('each field is told', () => {
  const silent = RECORDS.flatMap(({ type, fields }) =>
    fields.filter(({ about }) => about === '').map(({ name }) => `${type}.${name}`),
  );
  assert.deepEqual(silent, []);
});
