import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilter } from '../../src/filter/parser.ts';
import type { Answer } from '../../src/model/question.ts';
import { width } from '../../src/text/text.ts';
import { Batch } from '../../src/ui/batch.ts';
import { watched } from '../fixtures/replay.ts';

const OPTIONS = { intervalMs: 1000, statsOnly: false, wire: false, filter: readFilter('') };

/** A frame over the run that was recorded, and the answer that it is of. */
function framed(columns: number, options: Partial<typeof OPTIONS> = {}): { lines: string[]; answer: Answer } {
  const batch = new Batch({ ...OPTIONS, ...options }, columns);
  const session = watched();
  const { expression: filter } = { ...OPTIONS, ...options }.filter;
  const answer = session.source.ask({ ...session.question, filter, views: batch.views });
  return { lines: batch.frame(answer), answer };
}

test('all rows of processes and connections, the newest of the trace, in lines of the width', () => {
  for (const columns of [40, 80, 120, 200]) {
    const { lines, answer } = framed(columns);
    const { processes, connections, trace } = answer;
    assert.ok(processes && connections && trace);
    assert.deepEqual([processes.rows.length, trace.rows.length], [processes.total, 20]);
    const titles = 3 * 3 + 2; // a pane's empty line, title and columns; the header
    const rows = processes.total + connections.total + 20;
    assert.equal(lines.length, titles + rows, lines.join('\n'));
    assert.deepEqual(
      lines.filter((line) => width(line) > columns || /\p{Cc}/u.test(line)),
      [],
    );
  }
});

test('each process stands in a line with its number', () => {
  const { lines, answer } = framed(120);
  for (const { pid, process } of answer.processes?.rows ?? [])
    if (pid !== null)
      assert.ok(
        lines.some((line) => line.includes(`${pid}`) && line.includes(process)),
        `${process} ${pid}`,
      );
});

test('with -s no packets; of a pane without rows the reason', () => {
  const { lines } = framed(120, { statsOnly: true, filter: readFilter('port 1') });
  const text = lines.join('\n');
  assert.doesNotMatch(text, /Trace/);
  assert.match(text, /Processes[^\n]*\n[^\n]*\n [^\n]+\n\n/);
});
