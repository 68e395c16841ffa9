import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Nettop, startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import type { WireLine } from '../live/rows.ts';
import { counts, lastLine, whole } from '../live/wire-counts.ts';
import { DEVICE, HERE, THERE } from './cable.ts';
import { say } from './guest.ts';

const BYTES = 1_000_000;

/** Counts a transfer and datagrams on the wire, and compares them with the device's own counters. */
export async function countFrames(t: TestContext, here: Peer, there: Peer): Promise<void> {
  const port = await here.ask('listen', HERE);
  const udp = await there.ask('bindUdp', THERE);
  await here.ask('bindUdp', HERE);
  const nettop = startNettop(t, ['processes', '--wire', '--json']);
  const probe = setInterval(() => here.ask('sendUdp', 1, 1, THERE, udp).catch(() => {}), 200);
  t.after(() => clearInterval(probe));
  const own = statSync('/proc/self/ns/net').ino;
  await nettop.until('it counts frames', () =>
    nettop.interfaces.some((line) => line.interface === DEVICE && line.netns === own),
  );
  clearInterval(probe);
  const base = await rest(nettop, own);
  await there.ask('connect', HERE, port);
  await there.ask('send', BYTES);
  const line = (pid: number) => nettop.processes.findLast((one) => one.pid === pid);
  await nettop.until('all bytes', () => line(here.pid)?.receiveBytes === BYTES);
  await nettop.end();
  const cable = lastLine(nettop, DEVICE, own);
  say(`wire: ${JSON.stringify(cable)}`);
  assert.deepEqual(
    since(base.device ?? assert.fail(), cable.device ?? assert.fail()),
    since(counts(base.buffers), counts(cable.buffers)),
  );
  assert.deepEqual(whole(cable), counts(cable));
  assert.deepEqual(counts(line(here.pid)?.wire ?? assert.fail()), counts(cable.attributed));
  assert.ok(cable.attributed.receiveBytes > BYTES);
}

/** The cable's line when nothing passes: the device's counters begin when they are first read, not as the programs do. */
async function rest(nettop: Nettop, netns: number) {
  return nettop.until('nothing passes', () => {
    const lines = nettop.interfaces.filter((line) => line.interface === DEVICE && line.netns === netns);
    const [before, now] = lines.slice(-2);
    return now && before && isDeepStrictEqual(before.device, now.device) && now;
  });
}

/** What came since an earlier count. */
function since(before: WireLine, now: WireLine): WireLine {
  return {
    receivePackets: now.receivePackets - before.receivePackets,
    receiveBytes: now.receiveBytes - before.receiveBytes,
    transmitPackets: now.transmitPackets - before.transmitPackets,
    transmitBytes: now.transmitBytes - before.transmitBytes,
  };
}
