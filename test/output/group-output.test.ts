import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { complete } from '../../src/machine/work.ts';
import type { PaneName } from '../../src/model/model.ts';
import { json } from '../../src/output/formats/json.ts';
import { type ReportStyle, report } from '../../src/output/report.ts';
import { commandOf, GROUPED_PANES, waysOf } from '../../src/panes/registry.ts';
import { decodeLog } from '../fixtures/recording.ts';
import { replay } from '../fixtures/replay.ts';

const recorded = decodeLog(readFileSync(new URL('../fixtures/recorded.feed', import.meta.url)));

/** What a command prints of the run that was recorded, after ten seconds. */
function printed(name: PaneName, style: ReportStyle): string[] {
  const written = report(name, style);
  const answers = replay(recorded);
  answers.ask({ filter: null, intervalMs: 1000, views: written.views, inspect: null, resets: 0 });
  for (let second = 0; second < 10; second++) complete(answers.tick());
  return written.answer(answers.answer(), 0);
}

const records = (name: PaneName, by: string) =>
  printed(name, { by, format: json }).map((line) => JSON.parse(line) as Record<string, unknown>);

test('each word of --by gives records of its own kind, with that word and the sums of all', () => {
  for (const name of ['processes', 'connections'] as const) {
    const whole = printed(name, { format: json }).map(
      (line) => JSON.parse(line) as { receiveBytes: number | null },
    );
    const all = whole.reduce((sum, { receiveBytes }) => sum + (receiveBytes ?? 0), 0);
    for (const by of waysOf(name)) {
      const lines = records(name, by);
      const kinds = new Set(lines.map(({ type, by: said }) => `${type} ${said}`));
      assert.deepEqual([...kinds], [`${name === 'processes' ? 'processGroup' : 'connectionGroup'} ${by}`]);
      const tops = lines.filter(({ depth }) => !depth); // a parent has what is below it
      assert.equal(
        tops.reduce((sum, { receiveBytes }) => sum + Number(receiveBytes ?? 0), 0),
        all,
        `${name} ${by}`,
      );
      assert.equal(new Set(lines.map(({ key }) => key)).size, lines.length, `${name} ${by}`);
    }
  }
});

test('what tells a group from others stands in its key, without the kind', () => {
  const keys = (name: PaneName, by: string) => records(name, by).map(({ key }) => key);
  assert.ok(keys('processes', 'user').includes('0'));
  assert.ok(keys('processes', 'parent').every((key) => /^\d+:\d+$/.test(String(key))));
  assert.ok(keys('connections', 'host').includes('192.0.2.2'));
  assert.ok(keys('connections', 'network').includes('192.0.2.0/24'));
  assert.ok(keys('connections', 'port').includes('tcp/8080'));
  assert.ok(keys('connections', 'state').includes('ESTABLISHED'));
});

test('histograms of a group have each of its connections once', () => {
  for (const line of records('connections', 'port')) {
    const { connections, retransmitHistogram, rttHistogram } = line as {
      connections: number;
      retransmitHistogram: { connections: number }[];
      rttHistogram: { connections: number }[];
    };
    const sum = (buckets: { connections: number }[]) =>
      buckets.reduce((all, one) => all + one.connections, 0);
    assert.ok(sum(retransmitHistogram) <= connections && sum(rttHistogram) <= sum(retransmitHistogram));
  }
});

test('as text a group is a line with its name first', () => {
  const [header = '', first = ''] = printed('connections', { by: 'network' });
  assert.match(header, /^NETWORK +CONN +CLOSED +RX\/s +TX\/s +RX +TX +RTT MAX +RETR +RETR MAX$/);
  assert.match(first, /^192\.0\.2\.0\/24 +\d+ +\d+ +[\d.]+ kB\/s /);
});

test('a command that puts rows together has a table for each of its words', () => {
  for (const name of GROUPED_PANES)
    for (const table of Object.values(commandOf(name).by ?? {})) assert.ok(table.columns.length > 1, name);
});
