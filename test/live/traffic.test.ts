import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_PANES } from '../../src/panes/registry.ts';
import { attachedBy } from './bpftool.ts';
import type { Namespace } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { CLIENT, deviceCounts, makeRouter, minus, SERVER } from './router.ts';
import type { TrafficLine, WireLine } from './rows.ts';
import { has, openScreen } from './screen.ts';
import { until } from './until.ts';
import { counts, sumOf } from './wire-counts.ts';

const PANE_KEY = FIRST_PANES.indexOf('traffic') + 1;
const SIZE = 1_000_000;
const DATAGRAMS = 40;
const BYTES = 700;
/** Ethernet, IPv4, UDP. */
const HEADERS = 14 + 20 + 8;

/** nettop in a namespace, once it has seen something of the loopback. */
async function startTraffic(t: TestContext, { within }: Namespace, ...args: string[]): Promise<Nettop> {
  const peer = await startPeer(t, { within });
  const port = await peer.ask('bindUdp', '127.0.0.1');
  const nettop = startNettop(t, ['traffic', '--json', '--interval', '200ms', ...args], within);
  await nettop.until('a frame', async () => {
    await peer.ask('sendUdp', 1, 1, '127.0.0.1', port);
    return nettop.traffic.length > 0;
  });
  await peer.end();
  return nettop;
}

/** The lines of the last report. */
function lastReport({ traffic }: Nettop): TrafficLine[] {
  const time = traffic.at(-1)?.time;
  return traffic.filter((line) => line.time === time);
}

const isLoopback = ({ key }: TrafficLine): boolean =>
  key?.localAddress?.startsWith('127.') === true || key?.interface === 'lo';

/** Sum of all that passed the cables. */
const summed = (lines: TrafficLine[]): WireLine => sumOf(lines.filter((line) => !isLoopback(line)));

/** Until reports are so far. */
async function whole(nettop: Nettop, router: Namespace, before: WireLine): Promise<WireLine> {
  return nettop.until('as the devices count', async () => {
    await sleep(250);
    const due = minus(deviceCounts(router, 'left', 'right'), before);
    return JSON.stringify(summed(lastReport(nettop))) === JSON.stringify(due) && due;
  });
}

test(
  'a router: each pair as it was sent, and all together what the devices count, to the byte',
  live(
    async (t) => {
      const { client, router, server } = makeRouter(t);
      const far = await startPeer(t, { within: server.within });
      const near = await startPeer(t, { within: client.within });
      const tcp = await far.ask('listen', SERVER);
      const udp = await far.ask('bindUdp', SERVER);
      const pairs = await startTraffic(t, router, '--by', 'pair');
      const flows = await startTraffic(t, router, '--by', 'flow');
      const before = deviceCounts(router, 'left', 'right');
      const sent = deviceCounts(client, 'left');
      await near.ask('connect', SERVER, tcp);
      await near.ask('send', SIZE);
      await near.ask('bindUdp', CLIENT);
      await near.ask('sendUdp', DATAGRAMS, BYTES, SERVER, udp);
      await pairs.until('all bytes', async () => (await far.ask('received')) >= SIZE + DATAGRAMS * BYTES);
      const due = await whole(pairs, router, before);
      await whole(flows, router, before);
      await Promise.all([pairs.end(), flows.end()]);
      assert.deepEqual(summed(lastReport(pairs)), due);
      const pair = lastReport(pairs).find(({ key }) => key?.localAddress === CLIENT);
      assert.deepEqual([pair?.key?.remoteAddress, pair?.key?.protocol], [SERVER, null]);
      const ofClient = minus(deviceCounts(client, 'left'), sent);
      assert.ok(pair);
      // what came in from the client went out to the server, and the other way round
      assert.equal(pair.receiveBytes, pair.transmitBytes);
      assert.equal(pair.receiveBytes, ofClient.transmitBytes + ofClient.receiveBytes);
      assert.equal(pair.receivePackets, ofClient.transmitPackets + ofClient.receivePackets);
      const datagrams = lastReport(flows).find(
        ({ key }) => key?.protocol === 'udp' && [key.localPort, key.remotePort].includes(udp),
      );
      assert.deepEqual(datagrams && counts(datagrams), {
        receivePackets: DATAGRAMS,
        receiveBytes: DATAGRAMS * (BYTES + HEADERS),
        transmitPackets: DATAGRAMS,
        transmitBytes: DATAGRAMS * (BYTES + HEADERS),
      });
    },
    ['python3'],
  ),
);

test(
  'on the screen: nothing is attached until the pane is shown, t goes through the ways, and closed it leaves the kernel',
  live(
    async (t) => {
      const peer = await startPeer(t, { name: 'nt-peer' });
      const port = await peer.ask('bindUdp', '127.0.0.1');
      const timer = setInterval(() => peer.ask('sendUdp', 3, 500, '127.0.0.1', port).catch(() => {}), 50);
      t.after(() => clearInterval(timer));
      const ui = await openScreen(t, '--port', String(port));
      const attached = () => attachedBy(ui.process.pid).filter((name) => /^flow_(sent|received)$/.test(name));
      assert.deepEqual(attached(), []);
      ui.write(`${PANE_KEY}z`);
      await ui.until(has(/FLOW +.*PROCESS +RX\/s/));
      await ui.until(has(/udp 127\.0\.0\.1:\d+ ⇄ 127\.0\.0\.1:\d+ .*nt-peer +[\d.]+ kB\/s/));
      assert.deepEqual(attached(), ['flow_received', 'flow_sent']);
      for (const title of ['HOSTS', 'HOST', 'NETWORK', 'PORT', 'PROTOCOL', 'INTERFACE', 'PROCESS']) {
        ui.write('t');
        await ui.until(has(new RegExp(`^ *${title} +RX`, 'm')));
      }
      await ui.until(has(/nt-peer \(\d+\)/));
      ui.write('1');
      await until('the programs are gone', () => attached().length === 0);
    },
    ['bpftool'],
  ),
);
