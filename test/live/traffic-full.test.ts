import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RunningKernel } from '../../src/attach/running-kernel.ts';
import { Sockets } from '../../src/capture/accounting/sockets.ts';
import { TrafficCounter } from '../../src/capture/traffic/traffic-counter.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { TRAFFIC_GROUPINGS, type TrafficGrouping } from '../../src/panes/traffic/row.ts';
import { TrafficPane } from '../../src/views/traffic/traffic-pane.ts';
import type { Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { CLIENT, deviceCounts, makeRouter, minus, SERVER } from './router.ts';
import type { WireLine } from './rows.ts';
import { until } from './until.ts';
import { sumOf } from './wire-counts.ts';

const PLACES = 1000;
const FLOWS = 5000;
const BYTES = 100;
/** Ethernet, IPv4, UDP. */
const HEADERS = 14 + 20 + 8;

/** A datagram from each of many ports, to one where nobody listens. */
const SEND_MANY = `
import socket, sys
target, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for port in range(20000, 20000 + count):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("", port))
    sender.sendto(b"x" * size, (target, 7))
    sender.close()
`;

/** A pane over a map of few places, in the place of one that runs in the router. */
function openPane(t: TestContext, router: Namespace): TrafficPane {
  const machine = new RunningMachine();
  const sockets = new Sockets(1 << 20, machine, new RunningKernel(machine.types));
  t.after(() => sockets.stop());
  const { object } = sockets.loaded;
  const counter = new TrafficCounter({
    owners: object.map('owners'),
    flows: object.map('flows'),
    haveCookies: sockets.haveCookies,
    flowsMost: PLACES,
  });
  t.after(() => counter.stop());
  const netns = inode(router);
  const side = { addresses: ['10.9.1.2', '10.9.2.1'], broadcasts: [], upper: [] };
  return new TrafficPane(
    counter,
    { processes: { get: () => null }, machine },
    { ownSide: () => side, ownNetns: () => netns, nowNs: () => machine.nowNs() },
  );
}

const lineOf = (row: {
  rxPackets: number;
  rxBytes: number;
  txPackets: number;
  txBytes: number;
}): WireLine => ({
  receivePackets: row.rxPackets,
  receiveBytes: row.rxBytes,
  transmitPackets: row.txPackets,
  transmitBytes: row.txBytes,
});

test(
  'more flows than there is room for: those that found none are one row, and the sum is that of the devices',
  live(
    async (t) => {
      const { client, router, server } = makeRouter(t);
      runIn(server, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=1000000'); // as good as no answer
      const pane = openPane(t, router);
      const before = deviceCounts(router, 'left', 'right');
      runIn(client, 'python3', '-c', SEND_MANY, SERVER, `${FLOWS}`, `${BYTES}`);
      const ask = (group: TrafficGrouping) =>
        pane.view({ sort: 'rate', descending: true, rows: 1e6, cursor: null, group }).rows;
      const due = await until('as the devices count', () => {
        pane.tick(Number(process.hrtime.bigint()), 0);
        const moved = minus(deviceCounts(router, 'left', 'right'), before);
        const isWhole = JSON.stringify(sumOf(ask('flow').map(lineOf))) === JSON.stringify(moved);
        return isWhole && moved.receivePackets >= FLOWS && moved;
      });
      for (const by of TRAFFIC_GROUPINGS) assert.deepEqual(sumOf(ask(by).map(lineOf)), due, by);
      const flows = ask('flow');
      const other = flows.find(({ isOther }) => isOther);
      assert.ok(other && flows.filter(({ isOther }) => isOther).length === 1);
      assert.ok(due.receivePackets >= FLOWS && due.receiveBytes >= FLOWS * (BYTES + HEADERS));
      const told = flows.reduce((sum, row) => sum + row.flows, 0);
      assert.ok(told > PLACES / 2 && told <= PLACES, `${told} flows`);
      // Each flow that has a place came in and went out, unless one of the two found none.
      assert.ok(other.rxPackets + other.txPackets >= 2 * FLOWS - PLACES);
      const pair = ask('pair').find(({ localAddress }) => localAddress === CLIENT);
      const rest = ask('pair').find(({ isOther }) => isOther);
      assert.ok(pair && rest);
      assert.deepEqual(lineOf(rest), lineOf(other));
      // Where devices are rows it is known which of them what has no room belongs to.
      assert.deepEqual(
        ask('interface').map((row) => row.isOther),
        [false, false],
      );
    },
    ['python3'],
  ),
);
