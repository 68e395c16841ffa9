import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { RecordKind } from '../../src/model/record.ts';
import { array, number, object, string, time } from '../../src/model/record.ts';
import { csv } from '../../src/output/formats/csv.ts';
import { report } from '../../src/output/report.ts';
import { packetRecord } from '../../src/panes/trace/record.ts';
import { fullPacketRow, packetRow, status } from '../fixtures/rows.ts';

interface Toy {
  name: string;
  size: { width: number; tags: string[] } | null;
}

const toy: RecordKind<Toy> = {
  type: 'toy',
  about: 'a test',
  fields: [
    time('time', (_, timeUs) => timeUs, 'now'),
    string('name', ({ name }) => name, 'its name'),
    object<Toy, NonNullable<Toy['size']>>(
      'size',
      ({ size }) => size,
      [number('width', ({ width }) => width, 'cells'), array('tags', ({ tags }) => tags, 'words')],
      'how large',
      'where not known',
    ),
  ],
};

test('a record as RFC 4180 has it', () => {
  assert.deepEqual(csv.header(toy), ['time,name,size.width,size.tags\r']);
  const line = (row: Toy) => csv.line(toy, row, 0);
  assert.equal(
    line({ name: 'plain', size: { width: 7, tags: ['SYN', 'ACK'] } }),
    '1970-01-01T00:00:00.000000Z,plain,7,SYN ACK\r',
  );
  assert.equal(line({ name: 'a "b", c', size: null }), '1970-01-01T00:00:00.000000Z,"a ""b"", c",,\r');
  assert.equal(line({ name: 'two\nlines', size: null }), '1970-01-01T00:00:00.000000Z,"two\nlines",,\r');
});

test('another reader finds the same values', () => {
  const rows = [fullPacketRow(), packetRow(1), { ...packetRow(2), process: 'x,"y"\r\nz', pid: 7 }];
  const trace = report('trace', { format: csv });
  const text = [...trace.begin(), ...trace.rows(rows)].join('\n');
  const program =
    'import csv, sys, json, io\nprint(json.dumps(list(csv.DictReader(io.StringIO(sys.stdin.read(), newline="")))))';
  const { stdout } = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' });
  const read = JSON.parse(stdout) as Record<string, string>[];
  const names = packetRecord.fields.filter(({ type }) => type === 'string' || type === 'number');
  assert.deepEqual(
    read.map((row) => names.map(({ name }) => row[name])),
    rows.map((row) => names.map(({ value }) => String(value(row, row.timeUs) ?? ''))),
  );
});

test('what has no place among the rows is said aside', () => {
  const aside: string[] = [];
  const { answer, end } = report('drops', { format: csv, aside: (line) => aside.push(line) });
  const drops = { rows: [], total: 0, first: 0, selected: null, selectedKey: null };
  const about = { sinceSeconds: 1, perSecond: 0, filterPlace: 'kernel' } as const;
  const given = { status: status(), inspection: null, drops: { ...drops, ...about, lost: 3 } };
  assert.deepEqual(answer(given, 0), []);
  assert.deepEqual(end(given, 0), []);
  assert.deepEqual(aside, ['nettop: 3 drops could not be counted and are in no row']);
});
