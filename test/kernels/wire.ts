import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
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
  await there.ask('connect', HERE, port);
  await there.ask('send', BYTES);
  const line = (pid: number) => nettop.processes.findLast((one) => one.pid === pid);
  await nettop.until('all bytes', () => line(here.pid)?.receiveBytes === BYTES);
  await nettop.end();
  const cable = lastLine(nettop, DEVICE, own);
  say(`wire: ${JSON.stringify(cable)}`);
  assert.deepEqual(cable.device, counts(cable.buffers));
  assert.deepEqual(whole(cable), counts(cable));
  assert.deepEqual(counts(line(here.pid)?.wire ?? assert.fail()), counts(cable.attributed));
  assert.ok(cable.attributed.receiveBytes > BYTES);
}
