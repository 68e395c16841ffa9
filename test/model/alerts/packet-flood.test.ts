import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetFlood } from '../../../src/model/alerts/kinds/packet-flood.ts';
import type { Arrivals, NetLook } from '../../../src/model/alerts/look.ts';
import { NO_FIGURES, NO_LOOK, netLook } from '../../fixtures/looks.ts';

const arrival = (change: Partial<Arrivals>): Arrivals => ({
  kind: 'datagrams',
  network: '203.0.113.0/24',
  port: 53,
  packets: 1,
  bytes: 100,
  ...change,
});

/** Looks one after another; returns the evidence of each. */
function looks(nets: readonly NetLook[], arrivals: readonly Arrivals[] = [arrival({})]) {
  const kind = packetFlood();
  let isOn = false;
  return nets.map((net) => {
    const seen = kind.see({ ...NO_LOOK, nets: [net], arrivals: () => [...arrivals] }, () => isOn);
    isOn = seen.length > 0;
    return seen[0]?.evidence ?? null;
  });
}

/** Datagrams in each of a row of seconds, which a socket takes. */
function heard(...rates: number[]): NetLook[] {
  let received = 0;
  const udp = () => ({ udp: { ...NO_FIGURES.udp, received } });
  return rates.map((rate) => {
    const before = udp();
    received += rate;
    return netLook(udp(), before);
  });
}

test('what is on as nettop starts is what is usual, where somebody takes it', () => {
  assert.deepEqual(looks(heard(9000, 9000, 9000, 9000)), [null, null, null, null]);
  const found = looks(heard(100, 1000, 9000, 9000));
  assert.deepEqual(
    found.map((evidence) => evidence?.packets ?? null),
    [null, null, 10_000, 19_000],
    'a look in which one began counts in, and is not the usual',
  );
  assert.equal(found[3]?.usualPerSecond, 100);
});

test('the beginning of a flood that nobody wants is not what is usual, though it is the first that is seen', () => {
  let noPort = 0;
  const udp = () => ({ udp: { ...NO_FIGURES.udp, noPort } });
  const nets = [2400, 8000, 8000].map((rate) => {
    const before = udp();
    noPort += rate;
    return netLook(udp(), before);
  });
  const found = looks(nets);
  assert.deepEqual(
    found.map((evidence) => evidence && [evidence.packets, evidence.noPort, evidence.usualPerSecond]),
    [null, [10_400, 10_400, 0], [18_400, 18_400, 0]],
  );
});

const resets = (packets: number, unwanted: number | null) =>
  netLook({}, {}, { resets: { packets, unwanted, seconds: 1 } });

test('RST segments for no connection are a flood from the start, with port, network, and how many are for none', () => {
  const from = [arrival({ kind: 'resets', port: 4000, packets: 9 }), arrival({ kind: 'resets', port: 7 })];
  assert.deepEqual(looks([resets(3000, 2900)], from), [
    {
      what: 'resets',
      packets: 3000,
      packetsPerSecond: 3000,
      usualPerSecond: 0,
      networks: 1,
      largestNetworkPercent: 100,
      noConnection: 2900,
    },
  ]);
  const guesses = looks([resets(3000, 10), resets(3000, 10)], from);
  assert.deepEqual(guesses, [null, null], 'others may be usual');
  const [, unknown] = looks([resets(0, null), resets(3000, null)], from);
  assert.ok(unknown && !('noConnection' in unknown));
});

test('answers to pings that this host sent are no flood', () => {
  const icmp = (came: number, echoReplies: number, echosSent: number) => ({
    icmp: { came, echoReplies, echosSent },
  });
  const none = netLook(icmp(0, 0, 0), icmp(0, 0, 0));
  const found = looks([none, netLook(icmp(5000, 5000, 5000), icmp(0, 0, 0))], []);
  assert.deepEqual(found, [null, null]);
  const forged = looks([none, netLook(icmp(5000, 5000, 100), icmp(0, 0, 0))], []);
  assert.equal(forged[1]?.packets, 4900);
});
