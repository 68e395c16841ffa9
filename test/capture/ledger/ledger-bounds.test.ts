import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { historyOf } from '../../../src/capture/ledger/process.ts';
import { formatAddress } from '../../../src/filter/address.ts';
import { run } from '../../fixtures/ledger.ts';
import { curl, nginx, sample, usage, wordsOf } from '../../fixtures/samples.ts';

test('a datagram socket that is connected anew has its new ends', () => {
  const ledger = new Ledger(String);
  const datagrams = { ...curl, protocol: 17, localPort: 5000 };
  const ends = [
    { local: wordsOf('::'), remote: wordsOf('::'), remotePort: 0 },
    { local: wordsOf('10.0.0.1'), remote: wordsOf('10.0.0.53'), remotePort: 53 },
    { local: wordsOf('10.0.0.1'), remote: wordsOf('10.0.0.54'), remotePort: 53 },
    { local: wordsOf('2001:db8::1'), remote: wordsOf('2001:db8::53'), remotePort: 53 },
  ].map((end, index) => {
    run(ledger, { atSeconds: 10 + index, seen: [sample(1, { ...datagrams, ...end })], gives: [] });
    const socket = ledger.sockets.get(1);
    return socket && [socket.family, formatAddress(socket.source), formatAddress(socket.destination)];
  });
  assert.deepEqual(ends, [
    [6, '::', '::'],
    [4, '10.0.0.1', '10.0.0.53'],
    [4, '10.0.0.1', '10.0.0.54'],
    [6, '2001:db8::1', '2001:db8::53'],
  ]);
});

test('a socket shown twice in a sweep moves its bytes once and keeps its rate', () => {
  const ledger = new Ledger(String);
  const first = sample(1, { ...nginx, openedNs: 1, rxBytes: 1000 });
  const second = sample(1, { ...nginx, openedNs: 1, rxBytes: 3000 });
  run(ledger, { atSeconds: 10, seen: [first, first], gives: [] });
  run(ledger, { atSeconds: 12, seen: [second, second], gives: [] });
  const [process] = ledger.processes.values();
  assert.deepEqual([process?.rxBytes, ledger.sockets.get(1)?.rxRate], [3000, 1000]);
});

test('a socket stays until it is gone; its rate is over the time since the sweep before', () => {
  const ledger = new Ledger(String);
  const shown = (rxBytes: number) => sample(1, { ...nginx, openedNs: 1, rxBytes });
  run(ledger, { atSeconds: 10, seen: [shown(0)], gives: [] });
  ledger.begin(11e9);
  ledger.end();
  assert.equal(ledger.sockets.size, 1);
  ledger.begin(14e9);
  ledger.see(shown(4000), 4);
  ledger.end();
  assert.equal(ledger.sockets.get(1)?.rxRate, 1000);
  ledger.gone(1);
  assert.equal(ledger.sockets.size, 0);
});

test('the rate of a datagram socket is that of the last tick', () => {
  const ledger = new Ledger(String);
  const rates = [100, 300, 0, 0].map((bytes, at) => {
    ledger.begin((10 + 2 * at) * 1e9);
    if (at === 0) ledger.see(sample(1, { protocol: 17 }));
    const socket = ledger.find(1) ?? assert.fail('it is open');
    if (bytes) ledger.addDatagrams(socket, bytes, 0);
    if (bytes) ledger.addDatagrams(socket, 0, 2 * bytes);
    ledger.end();
    const { rxRate, txRate } = socket;
    return [rxRate, txRate];
  });
  assert.deepEqual(rates, [
    [0, 0], // nothing is known of the time before
    [150, 300],
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual([ledger.find(1)?.rxBytes, ledger.find(1)?.txBytes], [400, 800]);
});

test('the last sixteen closed sockets stay with their process, for a filter', () => {
  const ledger = new Ledger(String);
  for (let cookie = 1; cookie <= 20; cookie++) {
    const socket = sample(cookie, { ...nginx, openedNs: 1 });
    run(ledger, { atSeconds: 10 + cookie, closed: [socket], gives: [] });
  }
  const [process] = ledger.processes.values();
  assert.deepEqual(
    process?.closed.map(({ cookie }) => cookie),
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
  );
});

test('the sparkline keeps sixty ticks', () => {
  const ledger = new Ledger(String);
  for (let tick = 1; tick <= 70; tick++) {
    const socket = sample(1, { ...nginx, openedNs: 1, rxBytes: (tick * (tick + 1)) / 2 });
    run(ledger, { atSeconds: tick, seen: [socket], gives: [] });
  }
  const [process] = ledger.processes.values();
  assert.deepEqual(
    process?.history,
    Array.from({ length: 60 }, (_, index) => index + 11),
  );
});

test('names are made safe when they come in', () => {
  const ledger = new Ledger((name) => name.toUpperCase());
  run(ledger, { atSeconds: 10, seen: [sample(1, nginx)], gives: [] });
  assert.deepEqual([...ledger.people.names], [[100, 'NGINX']]);
});

test('of too many processes those go that were idle longest; one with a socket stays', () => {
  const ledger = new Ledger(String);
  const most = 10_000;
  ledger.begin(1e9);
  ledger.see(sample(1, nginx));
  for (let pid = 1001; pid < 1000 + most; pid++) ledger.addUsage(usage(pid, 1, `p${pid}`), 1, 0);
  ledger.end();
  ledger.begin(2e9);
  ledger.see(sample(1, nginx));
  for (let pid = 1001; pid <= 1003; pid++) ledger.addUsage(usage(pid, 1, `p${pid}`), 1, 0);
  ledger.addUsage(usage(8, 1, 'new'), 1, 0);
  ledger.addUsage(usage(9, 1, 'newest'), 1, 0);
  ledger.end();
  const pids = new Set([...ledger.processes.values()].map(({ pid }) => pid));
  assert.deepEqual(
    {
      kept: ledger.processes.size,
      evicted: ledger.people.evicted,
      names: ledger.people.names.size,
      stayed: [100, 8, 9, 1001, 1003, 1004, 1005, 1006, 1007].filter((pid) => pids.has(pid)),
    },
    { kept: most, evicted: 2, names: most, stayed: [100, 8, 9, 1001, 1003, 1006, 1007] },
  );
  // nor are those that went waited for
  assert.ok(ledger.people.fresh.every((process) => ledger.people.has(process)));
});

test('a process that is quiet keeps the ticks in which it moved something; its row has all sixty', () => {
  const ledger = new Ledger(String);
  ledger.begin(0); // counting begins
  ledger.end();
  const moves = (tick: number, bytes: number) => {
    ledger.begin(tick * 1e9);
    if (bytes > 0) ledger.addUsage(usage(100, 1, 'p'), bytes, 0);
    ledger.end();
    return [...ledger.processes.values()][0] ?? assert.fail('it moved something');
  };
  moves(1, 5);
  for (let tick = 2; tick <= 11; tick++) moves(tick, 0);
  const quiet = moves(12, 0);
  assert.deepEqual([quiet.history, historyOf(quiet)], [[5], [5, ...Array(11).fill(0)]]);
  assert.deepEqual(historyOf(moves(13, 7)), [5, ...Array(11).fill(0), 7]);
  for (let tick = 14; tick <= 72; tick++) moves(tick, 0);
  assert.deepEqual(historyOf(quiet), [7, ...Array(59).fill(0)]);
  assert.deepEqual([historyOf(moves(73, 0)), quiet.history], [[], []]);
  assert.deepEqual(historyOf(moves(74, 9)), [9]);
});

test('of too many sockets out of sight those go that are so longest; TCP sockets among them are counted', () => {
  const ledger = new Ledger(String);
  const most = 20_000;
  ledger.begin(1e9);
  for (let cookie = 1; cookie <= most + 3; cookie++)
    ledger.see(sample(cookie, { ...nginx, openedNs: 1, protocol: cookie === 2 ? 17 : 6 }));
  ledger.end();
  for (let cookie = 1; cookie <= most + 3; cookie++) ledger.gone(cookie);
  assert.deepEqual([ledger.sockets.size, ledger.missing.overlooked], [0, 2]);
});
