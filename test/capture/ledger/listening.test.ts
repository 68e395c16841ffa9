import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import type { ListeningPlace } from '../../../src/capture/ledger/listening-place.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { LISTEN, sample, wordsOf } from '../../fixtures/samples.ts';

const NEW_SYN_RECV = 12;
const PORT = 80;
const ELSEWHERE = 4026532000;

const listener = (cookie: number, address: string, more: Partial<SocketSample> = {}) =>
  sample(cookie, { state: LISTEN, local: wordsOf(address), localPort: PORT, remotePort: 0, ...more });
const came = (cookie: number, more: Partial<SocketSample> = {}) =>
  sample(cookie, { localPort: PORT, remotePort: 1000 + cookie, openedNs: 5e9, rxBytes: 1, ...more });
const handshake = (port: number, more: Partial<SocketSample> = {}) =>
  sample(900 + port, { mini: 1, state: NEW_SYN_RECV, localPort: PORT, remotePort: port, ...more });

/** A ledger and what is known of the place of its first listener. */
function world(...listeners: SocketSample[]) {
  const ledger = new Ledger((name) => name);
  let seconds = 10;
  const tick = (...samples: SocketSample[]) => {
    ledger.begin(seconds++ * 1e9);
    for (const one of [...listeners, ...samples]) ledger.see(one);
    ledger.end();
  };
  tick();
  const placeOf = (cookie: number): ListeningPlace => {
    const socket = ledger.sockets.get(cookie) ?? assert.fail();
    return ledger.listening.placeOf.get(socket) ?? assert.fail();
  };
  return { ledger, tick, placeOf };
}

const counts = ({ completed, ended, silent, abandoned }: ListeningPlace) => ({
  completed,
  ended,
  silent,
  abandoned,
});

test('each connection counts once, whether a sweep saw it or not', () => {
  const { ledger, tick, placeOf } = world(listener(1, '0.0.0.0'));
  tick(came(2), came(3));
  tick(came(2), came(3));
  ledger.close(came(2));
  ledger.close(came(4)); // lived between two sweeps
  ledger.close(came(5, { rxBytes: 0 }));
  tick(came(3));
  assert.deepEqual(counts(placeOf(1)), { completed: 4, ended: 3, silent: 1, abandoned: 0 });
});

test('what is older than nettop, goes out, or is of another port or network namespace has not come', () => {
  const { tick, placeOf } = world(listener(1, '0.0.0.0'));
  const out = came(5, { localPort: 40_000, remotePort: PORT });
  tick(came(2, { openedNs: 0 }), came(3, { netns: ELSEWHERE }), out, came(6, { state: 2 }));
  assert.equal(placeOf(1).completed, 0);
});

test('the socket that has the address itself gets what comes to it; IPv4 comes to :: where nobody else has it', () => {
  const own = world(listener(1, '0.0.0.0'), listener(2, '10.0.0.1'), listener(3, '::'));
  own.tick(came(4), came(5, { local: wordsOf('10.0.0.9') }), came(6, { local: wordsOf('fe80::1') }));
  assert.deepEqual(
    [1, 2, 3].map((cookie) => own.placeOf(cookie).completed),
    [1, 1, 1],
  );
  const both = world(listener(3, '::'));
  both.tick(came(4));
  assert.equal(both.placeOf(3).completed, 1);
});

test('sockets at one address and port have one place, which stays until the last one closes', () => {
  const { ledger, tick, placeOf } = world(listener(1, '0.0.0.0'), listener(2, '0.0.0.0'));
  tick(came(4));
  assert.equal(placeOf(1), placeOf(2));
  const place = placeOf(1);
  ledger.close(listener(1, '0.0.0.0', { state: 7 }));
  assert.deepEqual([place.listeners.size, place.ended], [1, 0]);
  ledger.close(listener(2, '0.0.0.0', { state: 7 }));
  assert.equal(ledger.listening.placeOf.size, 0);
});

test('a handshake that a connection follows is completed, one that is seen no more came to nothing', () => {
  const { ledger, tick, placeOf } = world(listener(1, '0.0.0.0'));
  tick(handshake(1002), handshake(1003), handshake(1004), handshake(1005));
  ledger.close(came(3));
  tick(came(2), handshake(1005));
  assert.deepEqual(counts(placeOf(1)), { completed: 2, ended: 1, silent: 0, abandoned: 1 });
  ledger.begin(20e9);
  ledger.end(new Set([sample(1).netns])); // nobody looked there
  assert.equal(placeOf(1).abandoned, 1);
});

test('sources of handshakes: addresses, networks, those that are stuck and what came about from there', () => {
  const { tick, placeOf } = world(listener(1, '0.0.0.0'));
  const at = (port: number, address: string, timeouts = 0) =>
    handshake(port, { remote: wordsOf(address), timeouts });
  const stuck = [
    at(1, '192.0.2.1', 2),
    at(2, '192.0.2.1', 3),
    at(3, '192.0.2.9', 2),
    at(4, '203.0.113.5', 5),
  ];
  const young = [at(5, '198.51.100.1', 1), at(6, '2001:db8::1'), at(7, '2001:db8::2')];
  tick(...stuck, ...young);
  const place = placeOf(1);
  assert.deepEqual(place.sources(), {
    looked: 7,
    sources: 6,
    networks: 4,
    stuck: 4,
    stuckIn: [
      { network: '192.0.2.0/24', handshakes: 3 },
      { network: '203.0.113.0/24', handshakes: 1 },
    ],
    completedThere: 0,
  });
  tick(...stuck, came(2, { remote: wordsOf('192.0.2.77') }), came(3, { remote: wordsOf('198.51.100.2') }));
  assert.equal(place.sources().completedThere, 1);
});

test('what waits for accept() is known until a process takes it, or it closes', () => {
  const { ledger, tick, placeOf } = world(listener(1, '0.0.0.0'));
  const waits = { waiting: 1 };
  tick(came(2, waits), came(3, { ...waits, openedNs: 3e9 }), came(4, waits));
  const place = placeOf(1);
  assert.deepEqual([place.waiting.size, place.firstWaiting()?.cookie], [3, 3]);
  ledger.close(came(3, { openedNs: 3e9 }));
  tick(came(2), came(4, waits));
  assert.deepEqual([place.waiting.size, place.firstWaiting()?.cookie], [1, 4]);
});
