import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRAFFIC_GROUPINGS } from '../../../src/panes/traffic/row.ts';
import { counted, flow, MadeTraffic, paneOver, sumOfRows } from '../../fixtures/traffic.ts';

const OWNER = { pid: 7, startNs: 1, uid: 0, comm: 'curl' };
const OWN = flow('192.0.2.1', 40000, '198.51.100.7', 443);
/** The same packets at the two devices of a router. */
const AT_CLIENT = flow('203.0.113.9', 80, '192.0.2.77', 50000);
const AT_SERVER = flow('192.0.2.77', 50000, '203.0.113.9', 80, { interface: 3 });
const ARP = flow('', 0, '', 0, { family: 0, protocol: 0x0806 });

function mixed(): MadeTraffic {
  const feed = new MadeTraffic();
  feed.move(OWN, counted(10, 9000, 5, 500), OWNER);
  feed.move(AT_CLIENT, counted(3, 300, 4, 4000), OWNER); // as a listener on all addresses seems to own it
  feed.move(AT_SERVER, counted(4, 4000, 3, 300));
  feed.move(ARP, counted(1, 42, 1, 42));
  return feed;
}

test('each way to put traffic together has the same sum, and says whose packets they are', () => {
  const { tick, rows } = paneOver(mixed());
  tick();
  for (const by of TRAFFIC_GROUPINGS)
    assert.deepEqual(sumOfRows(rows(by)), counted(18, 13_342, 13, 4842), by);
  const told = (by: (typeof TRAFFIC_GROUPINGS)[number]) =>
    rows(by).map((row) => [
      row.localAddress,
      row.localPort,
      row.remoteAddress,
      row.remotePort,
      row.network ?? row.interface ?? row.process ?? row.cause ?? row.protocol,
    ]);
  assert.deepEqual(told('flow'), [
    ['192.0.2.1', 40000, '198.51.100.7', 443, 'curl'],
    ['192.0.2.77', 50000, '203.0.113.9', 80, 'tcp'],
    ['', null, '', null, 'arp'],
  ]);
  assert.deepEqual(told('pair'), [
    ['192.0.2.1', null, '198.51.100.7', null, ''],
    ['192.0.2.77', null, '203.0.113.9', null, ''],
    ['', null, '', null, ''],
  ]);
  const hosts = told('host').map(([, , remote]) => remote);
  assert.deepEqual(hosts.sort(), ['', '192.0.2.77', '198.51.100.7', '203.0.113.9']);
  assert.deepEqual(
    told('network')
      .map((row) => row[4])
      .sort(),
    ['', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  );
  assert.deepEqual(
    told('port').map((row) => [row[4], row[3]]),
    [
      ['tcp', 443],
      ['tcp', 80],
      ['arp', null],
    ],
  );
  assert.deepEqual(
    told('interface').map((row) => row[4]),
    ['eth0', 'eth1'],
  );
  assert.deepEqual(
    told('process').map((row) => row[4]),
    ['curl', 'forwarded', 'unowned'],
  );
});

test("a flow within the machine, and a router's, is one row whichever end a device sees first", () => {
  const feed = new MadeTraffic();
  feed.move(flow('127.0.0.1', 80, '127.0.0.1', 50000), counted(1, 100), OWNER);
  feed.move(flow('127.0.0.1', 50000, '127.0.0.1', 80), counted(0, 0, 1, 100));
  const { tick, rows } = paneOver(feed);
  tick();
  const [row, ...others] = rows('flow');
  assert.deepEqual([row?.localPort, row?.remotePort, row?.flows, others.length], [50000, 80, 2, 0]);
  assert.deepEqual(row && sumOfRows([row]), counted(1, 100, 1, 100));
  assert.equal(rows('process').find(({ pid }) => pid === 7)?.rxBytes, 100);
});

test('a group is the local end of what it gets, and none is forwarded', () => {
  const feed = new MadeTraffic();
  feed.move(flow('224.0.0.251', 5353, '192.0.2.9', 5353, { protocol: 17 }), counted(1, 90));
  feed.move(flow('192.0.2.255', 137, '192.0.2.9', 137, { protocol: 17 }), counted(1, 80));
  feed.move(flow('ff02::fb', 5353, 'fe80::9', 5353, { protocol: 17 }), counted(1, 70));
  const { tick, rows } = paneOver(feed);
  tick();
  assert.deepEqual(
    rows('flow').map((row) => [row.localAddress, row.remoteAddress, row.isForwarded]),
    [
      ['224.0.0.251', '192.0.2.9', false],
      ['192.0.2.255', '192.0.2.9', false],
      ['ff02::fb', 'fe80::9', false],
    ],
  );
});

test('filters choose flows: hosts, networks, ports, protocols, devices, namespaces, processes', () => {
  const feed = mixed();
  const pane = paneOver(feed);
  pane.tick();
  const bytes = (text: string) => {
    pane.filter(text);
    return pane.rows('pair').reduce((sum, row) => sum + row.rxBytes + row.txBytes, 0);
  };
  assert.equal(bytes('host 192.0.2.77'), 8600);
  assert.equal(bytes('net 198.51.100.0/24'), 9500);
  assert.equal(bytes('port 80'), 8600);
  assert.equal(bytes('tcp'), 18_100);
  assert.equal(bytes('iface eth1'), 4300);
  assert.equal(bytes('process curl'), 9500);
  assert.equal(bytes('pid 7 or port 80'), 18_100);
  assert.equal(bytes('not tcp'), 84);
  assert.equal(bytes('host 10.0.0.1'), 0);
  assert.equal(feed.watched, 4026531840);
  assert.equal(bytes('netns 5'), 0);
  assert.equal(feed.watched, 0);
});

test('what lies on another device is in rows by interface, and elsewhere where it is chosen by its name', () => {
  const feed = new MadeTraffic();
  feed.move(OWN, counted(1, 100));
  feed.move({ ...OWN, interface: 3 }, counted(1, 96));
  const pane = paneOver(feed, undefined, [3]);
  pane.tick();
  const bytes = () => pane.rows('pair').map(({ rxBytes }) => rxBytes);
  assert.deepEqual(bytes(), [100]);
  assert.deepEqual(
    pane.rows('interface').map((row) => [row.interface, row.rxBytes]),
    [
      ['eth0', 100],
      ['eth1', 96],
    ],
  );
  pane.filter('iface eth1');
  assert.deepEqual(bytes(), [96]);
  pane.filter('not iface lo');
  assert.deepEqual(bytes(), [100]);
});

test('rates over a tick, 10 s and 40 s, the peak, and the share of the busiest', () => {
  const feed = new MadeTraffic();
  const pane = paneOver(feed);
  const other = flow('192.0.2.1', 40001, '198.51.100.8', 443);
  for (let second = 0; second < 60; second++) {
    feed.move(OWN, counted(1, second < 30 ? 1000 : 100, 0, 0));
    feed.move(other, counted(1, 10, 0, 0));
    pane.tick();
    const [row] = pane.rows('host').filter(({ remoteAddress }) => remoteAddress === '198.51.100.7');
    if (second === 8) assert.deepEqual([row?.rxRate, row?.rxRate10, row?.peak], [1000, null, 1000]);
    if (second === 29) assert.deepEqual([row?.rxRate10, row?.rxRate40], [1000, null]);
    if (second === 39) assert.deepEqual([row?.rxRate10, row?.rxRate40], [100, 775]);
  }
  const [before] = pane.rows('host');
  assert.deepEqual([before?.rxPacketRate, before?.txPacketRate], [1, 0]);
  const shares = (logScale: boolean) =>
    pane.rows('host', { logScale }).map(({ share }) => Math.round(share * 100));
  assert.deepEqual(shares(false), [100, 10]);
  assert.deepEqual(shares(true), [100, 52]);
  const [row] = pane.rows('host');
  assert.deepEqual([row?.rxRate, row?.rxRate40, row?.peak], [100, (10 * 1000 + 30 * 100) / 40, 1000]);
});

test('totals begin anew and come back, in all ways', () => {
  const feed = mixed();
  const { pane, tick, rows } = paneOver(feed);
  tick();
  pane.resetTotals();
  assert.deepEqual(rows('flow'), []);
  feed.move(OWN, counted(1, 60));
  tick();
  for (const by of TRAFFIC_GROUPINGS) assert.deepEqual(sumOfRows(rows(by)), counted(1, 60), by);
  pane.restoreTotals();
  for (const by of TRAFFIC_GROUPINGS)
    assert.deepEqual(sumOfRows(rows(by)), counted(19, 13_402, 13, 4842), by);
});

test('closed, it is out of the kernel; its counts stay', () => {
  const feed = mixed();
  const { pane, tick, rows } = paneOver(feed);
  tick();
  pane.show(false);
  assert.equal(feed.isAttached, false);
  tick();
  pane.show(true);
  assert.equal(feed.isAttached, true);
  assert.equal(rows('pair').length, 3);
});

test('where ticks are longer than 10 s the rate over those is that of the last one', () => {
  const feed = new MadeTraffic();
  const pane = paneOver(feed);
  for (let n = 1; n <= 4; n++) {
    feed.move(OWN, counted(n, n * 2000));
    pane.tick(20);
  }
  const [row] = pane.rows('host');
  assert.deepEqual([row?.rxRate10, row?.rxRate40], [400, 350]);
});
