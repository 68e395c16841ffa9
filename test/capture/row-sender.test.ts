import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../src/capture/messages.ts';
import { RowSender } from '../../src/capture/row-sender.ts';
import type { Streams } from '../../src/model/source.ts';
import { FORMATS, formatNamed } from '../../src/output/formats/registry.ts';
import { report } from '../../src/output/report.ts';
import { eventRow } from '../fixtures/lives.ts';
import { packetRow } from '../fixtures/rows.ts';

/** Rows of one stream, handed out in order; and what was posted of them, as the other thread gets it. */
function sending(of: keyof Streams, rows: readonly unknown[]) {
  const left = [...rows];
  const posted: Reply[] = [];
  const take = (name: keyof Streams, limit: number) => (name === of ? left.splice(0, limit) : []);
  const sender = new RowSender({ streams: ['events', 'trace'], take: take as never }, (reply) =>
    posted.push(structuredClone(reply)),
  );
  return { sender, posted };
}

const packets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...packetRow(index),
    process: index % 2 ? 'naïve…' : 'curl',
    stack: index % 3 ? null : ['a+0x1', 'b+0x2'],
  }));
const ends = Array.from({ length: 20 }, (_, index) => ({ ...eventRow(), timeUs: 1e15 + index }));

for (const format of ['text', ...FORMATS.map(({ name }) => name)])
  for (const of of ['trace', 'events'] as const)
    test(`the worker writes ${of} as ${format} as the main thread would`, async () => {
      const rows = of === 'trace' ? packets(500) : ends;
      const pane = of === 'trace' ? 'trace' : 'connections';
      const style = {
        events: of === 'events',
        times: { sinceUs: null, clock: true, delta: true },
        units: { bits: true, iec: true },
        hasMachines: false,
      };
      const { rows: lines } = report(pane, { ...style, format: formatNamed(format) });
      const { sender, posted } = sending(of, rows);
      await sender.begin({ ...style, pane, format });
      assert.equal(sender.send(), true);
      const [reply] = posted;
      assert.ok(posted.length === 1 && reply?.type === 'lines');
      const expected = lines(rows as Streams[typeof of]);
      assert.equal(
        reply.pieces.map(({ bytes }) => bytes).join(''),
        expected.map((line) => `${line}\n`).join(''),
      );
      assert.equal(
        reply.pieces.reduce((sum, { count }) => sum + count, 0),
        expected.length,
      );
    });

test('four batches are on their way; the next follows when one was taken', async () => {
  const { sender, posted } = sending('trace', packets(9000));
  const sent = () => posted.map((reply) => (reply.type === 'rows' ? reply.rows.length : 0));
  assert.deepEqual([sender.send(), sent()], [false, []], 'nobody wants them');
  await sender.begin(undefined);
  assert.deepEqual([sender.send(), sent(), sender.isFull], [true, [2000, 2000, 2000, 2000], true]);
  assert.equal(sender.send(), false);
  sender.taken();
  assert.deepEqual([sender.send(), sent().at(-1), sender.isFull], [true, 1000, true]);
  sender.taken();
  assert.deepEqual([sender.send(), sender.isFull], [false, false]);
});

test('while what writes lines is loaded nothing goes out, and nothing ends', async () => {
  const { sender, posted } = sending('events', ends);
  const { style } = report('connections', { events: true });
  const ready = sender.begin(style ?? undefined);
  assert.deepEqual([sender.send(), sender.isFull, posted.length], [false, true, 0]);
  await ready;
  assert.deepEqual([sender.send(), posted.map(({ type }) => type)], [true, ['lines']]);
});
