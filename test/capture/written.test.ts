import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWritten } from '../../src/capture/written.ts';
import type { Streams } from '../../src/model/source.ts';
import { FORMATS, formatNamed } from '../../src/output/formats/registry.ts';
import { report } from '../../src/output/report.ts';
import { eventRow } from '../fixtures/lives.ts';
import { packetRow } from '../fixtures/rows.ts';

const ROWS: Partial<Streams> = {
  trace: Array.from({ length: 500 }, (_, index) => ({
    ...packetRow(index),
    process: index % 2 ? 'naïve…' : 'curl',
    stack: index % 3 ? null : ['a+0x1', 'b+0x2'],
  })),
  events: Array.from({ length: 20 }, (_, index) => ({ ...eventRow(), timeUs: 1e15 + index })),
};

for (const format of ['text', ...FORMATS.map(({ name }) => name)])
  for (const [of, events] of [
    ['trace', false],
    ['events', true],
  ] as const)
    test(`the worker writes ${of} as ${format} as the main thread would`, () => {
      const rows = ROWS[of] as Streams[keyof Streams];
      const { style, rows: lines } = report(events ? 'connections' : 'trace', {
        format: formatNamed(format),
        events,
        times: { sinceUs: null, clock: true, delta: true },
        units: { bits: true, iec: true },
      });
      assert.ok(style);
      const written = newWritten(structuredClone(style));
      const { pieces, memory } = written.pieces(rows);
      const expected = lines(rows);
      assert.equal(written.of, of);
      assert.equal(
        Buffer.concat(pieces.map(({ bytes }) => bytes as Uint8Array)).toString(),
        expected.map((line) => `${line}\n`).join(''),
      );
      assert.equal(
        pieces.reduce((sum, { count }) => sum + count, 0),
        expected.length,
      );
      assert.equal(new Set(memory).size, pieces.length, 'each crosses by itself');
      if (of === 'trace') assert.ok(pieces.length > 1);
    });
