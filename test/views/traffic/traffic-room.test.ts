import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRAFFIC_GROUPINGS } from '../../../src/panes/traffic/row.ts';
import { counted, flow, MadeTraffic, paneOver, sumOfRows } from '../../fixtures/traffic.ts';

const client = (port: number) => flow('192.0.2.1', port, '198.51.100.7', 443);

test('what finds no room is one row in each way but by interface, and the sum is whole', () => {
  const feed = new MadeTraffic(10);
  for (let port = 1000; port < 1030; port++) feed.move(client(port), counted(1, 100));
  feed.move({ ...client(9), interface: 3 }, counted(1, 7));
  const { tick, rows } = paneOver(feed);
  tick();
  for (const by of TRAFFIC_GROUPINGS) {
    assert.deepEqual(sumOfRows(rows(by)), counted(31, 3007), by);
    const others = rows(by).filter(({ isOther }) => isOther);
    assert.deepEqual(
      others.map(({ rxBytes }) => rxBytes),
      by === 'interface' ? [] : [2007],
      by,
    );
  }
  assert.deepEqual(
    rows('interface').map((row) => [row.interface, row.rxBytes]),
    [
      ['eth0', 3000],
      ['eth1', 7],
    ],
  );
});

test('flows that rest leave the kernel once it is half full, and all rows keep their bytes', () => {
  const feed = new MadeTraffic(10);
  const pane = paneOver(feed);
  for (let port = 1000; port < 1006; port++) feed.move(client(port), counted(1, 100, 2, 50));
  pane.tick();
  for (let second = 0; second < 62; second++) {
    feed.move(client(1000), counted(1, 1));
    pane.tick();
  }
  assert.equal(feed.entries.size, 1);
  for (const by of TRAFFIC_GROUPINGS)
    assert.deepEqual(sumOfRows(pane.rows(by)), counted(68, 662, 12, 300), by);
  const [first, second, ...more] = pane.rows('flow');
  assert.deepEqual([first?.localPort, first?.rxBytes, more.length], [1000, 162, 0]);
  assert.deepEqual([second?.localPort, second?.remotePort, second?.rxBytes], [null, 443, 500]);
  // one that goes on after all is counted from where it was
  feed.move(client(1001), counted(1, 10));
  pane.tick();
  assert.deepEqual(sumOfRows(pane.rows('host')), counted(69, 672, 12, 300));
  assert.equal(pane.rows('flow').find(({ localPort }) => localPort === 1001)?.rxBytes, 10);
});

test('totals that were reset before a flow left the kernel stay so', () => {
  const feed = new MadeTraffic(2);
  const pane = paneOver(feed);
  feed.move(client(1000), counted(5, 500));
  feed.move(client(1001), counted(5, 500));
  pane.tick();
  pane.pane.resetTotals();
  feed.move(client(1000), counted(1, 30));
  pane.tick();
  pane.tick(100);
  assert.equal(feed.entries.size, 0);
  assert.deepEqual(sumOfRows(pane.rows('host')), counted(1, 30));
  pane.pane.restoreTotals();
  assert.deepEqual(sumOfRows(pane.rows('host')), counted(11, 1030));
});

test('ten busy minutes with more flows than are kept: no byte is lost', () => {
  const feed = new MadeTraffic(100);
  const pane = paneOver(feed);
  let bytes = 0;
  for (let second = 0; second < 600; second++) {
    for (let n = 0; n < 9; n++) {
      bytes += 1000 + n;
      feed.move(
        flow('192.0.2.1', 1024 + second * 9 + n, `198.51.${second % 200}.${n}`, 53),
        counted(1, 1000 + n),
      );
    }
    pane.tick();
    assert.ok(feed.entries.size <= 100);
  }
  for (const by of TRAFFIC_GROUPINGS) assert.equal(sumOfRows(pane.rows(by)).rxBytes, bytes, by);
});
