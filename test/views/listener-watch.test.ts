import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import type { SocketSample } from '../../src/capture/records/socket-sample.ts';
import { ListenerWatch } from '../../src/views/listeners/listener-watch.ts';
import type { SynFeed } from '../../src/views/listeners/syn-feed.ts';
import { SynOrigins } from '../../src/views/listeners/syn-sources.ts';
import { LISTEN, sample, wordsOf } from '../fixtures/samples.ts';

/** A watch over one listener, and how often the counters of network namespaces were read. */
function world() {
  const ledger = new Ledger((name) => name);
  let reads = 0;
  const namespaces = {
    now: new Map(),
    before: new Map(),
    restart() {},
    tick() {
      reads++;
    },
  };
  const watch = new ListenerWatch(ledger.listening, namespaces);
  let seconds = 1;
  const tick = (more: Partial<SocketSample> = {}, ...others: SocketSample[]) => {
    const nowNs = seconds++ * 1e9;
    const listener = { state: LISTEN, localPort: 80, remotePort: 0, sendQueue: 128, ...more };
    ledger.begin(nowNs);
    for (const one of [sample(1, { local: wordsOf('0.0.0.0'), ...listener }), ...others]) ledger.see(one);
    ledger.end();
    watch.tick(nowNs, false);
    return [...watch.all().values()][0] ?? assert.fail();
  };
  return { ledger, watch, tick, reads: () => reads };
}

const came = (cookie: number) =>
  sample(cookie, { localPort: 80, remotePort: 1000 + cookie, openedNs: 1e9, rxBytes: 1 });

test('counters of network namespaces are read only while a SYN queue fills', () => {
  const { tick, reads } = world();
  tick({ handshakes: 5, receiveQueue: 100 });
  assert.equal(reads(), 0);
  tick({ handshakes: 32 });
  assert.equal(reads(), 1);
});

test('a SYN queue is high from half of it on, but for a few handshakes in a short one', () => {
  const { watch, tick } = world();
  tick({ handshakes: 63 });
  assert.equal(watch.isHigh, false);
  tick({ handshakes: 64 });
  assert.equal(watch.isHigh, true);
  tick({ handshakes: 2, sendQueue: 2 });
  assert.equal(watch.isHigh, false);
});

test('accepted is what was completed by the look before, less what waits', () => {
  const { tick } = world();
  tick();
  const first = tick({ receiveQueue: 2 }, came(2), came(3), came(4));
  const next = tick({ receiveQueue: 0 }, came(2), came(3), came(4));
  assert.deepEqual(
    [first, next].map(({ trend }) => [trend.look.completed, trend.look.accepted]),
    [
      [3, 0], // the queue was looked at before they were found
      [3, 3],
    ],
  );
});

test('what the socket dropped before nettop came is not told, and counts begin anew together', () => {
  const { watch, tick } = world();
  assert.equal(tick({ drops: 70 }).past.drops, 70);
  tick({ drops: 75 }, came(2));
  watch.reset();
  const { past, trend } = tick({ drops: 76 }, came(2), came(3));
  assert.deepEqual([trend.look.drops - past.drops, trend.look.completed - past.completed], [1, 1]);
});

test('whom SYNs come from is asked of the kernel only while a queue is high, and begins anew each time', () => {
  const done: string[] = [];
  const counts = (address: string, syns: number) => ({ address: wordsOf(address), syns });
  const feed: SynFeed = {
    start: () => done.push('start'),
    pause: () => done.push('pause'),
    stop: () => done.push('stop'),
    read: () =>
      new Map([
        [
          1,
          {
            syns: 6,
            rest: 2,
            addresses: [counts('192.0.2.1', 1), counts('192.0.2.2', 3)],
            networks: [counts('192.0.2.0', 6), counts('2001:db8::', 1)],
          },
        ],
      ]),
  };
  const origins = new SynOrigins(() => {
    done.push('open');
    return feed;
  });
  origins.tick(false);
  assert.equal(origins.of(1), null);
  origins.tick(true);
  assert.deepEqual(origins.of(1), {
    syns: 6,
    rest: 2,
    differentAddresses: 2,
    onceOnly: 1,
    addresses: [
      { source: '192.0.2.2', syns: 3 },
      { source: '192.0.2.1', syns: 1 },
    ],
    networks: [
      { source: '192.0.2.0/24', syns: 6 },
      { source: '2001:db8::/64', syns: 1 },
    ],
  });
  assert.equal(origins.of(2), null);
  for (const isHigh of [true, false, false, true]) origins.tick(isHigh);
  origins.stop();
  assert.deepEqual(done, ['open', 'pause', 'start', 'stop']);
});
