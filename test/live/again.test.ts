import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setKnobs } from '../../native/knobs.ts';
import { jiffiesPerSecond } from '../../native/libc.ts';
import type { Link } from '../../native/link.ts';
import { Ring } from '../../native/ring.ts';
import { attachAll, type Loaded, loadObject } from '../../src/attach/objects.ts';
import { RecordLayout, SocketRecord } from '../../src/capture/records/socket-record.ts';
import { usageReader } from '../../src/capture/records/usage-record.ts';
import { Bench, move, type Pair } from '../accuracy/bench.ts';
import { live } from './nettop.ts';

const FIRST = ['on_send', 'on_receive', 'on_state', 'on_destroy'];
const SECOND = FIRST.map((program) => `${program}_again`);
const DATAGRAMS = 50;
const SIZE = 100;

/** The programs as a kernel gets them that may skip one which was preempted. */
function load(t: TestContext): Loaded {
  const programs = [...FIRST, ...SECOND];
  const loaded = loadObject({
    name: 'accounting',
    programs,
    required: new Set(programs),
    prepare: (object, btf) => setKnobs(object, btf, { has_again: true }),
  });
  t.after(() => loaded.object.close());
  return loaded;
}

function attach(t: TestContext, loaded: Loaded, programs: readonly string[]): Map<string, Link> {
  const links = attachAll(loaded, programs);
  t.after(() => {
    for (const link of links.values()) link.destroy();
  });
  return links;
}

/** What the programs counted of the two, as [sent, received]. */
function counted({ object, btf }: Loaded, { client, server }: Pair): number[] {
  const read = usageReader(btf);
  let [sent, received] = [0, 0];
  object.map('usages').forEach((key, value) => {
    const { pid, txBytes, rxBytes } = read(key, value);
    if (pid === client.pid) sent += txBytes;
    if (pid === server.pid) received += rxBytes;
  });
  return [sent, received];
}

const send = ({ client, server }: Pair) => move(client, server, DATAGRAMS * SIZE, { size: SIZE });

test(
  'a call that both programs see is counted once; without the first the second counts it',
  live(async (t) => {
    const loaded = load(t);
    const pair = await new Bench(t, 0).datagramPair('127.0.0.1');
    const first = attach(t, loaded, FIRST);
    attach(t, loaded, SECOND);
    await send(pair);
    assert.deepEqual(counted(loaded, pair), [DATAGRAMS * SIZE, DATAGRAMS * SIZE]);
    for (const link of first.values()) link.destroy();
    await send(pair);
    assert.deepEqual(counted(loaded, pair), [2 * DATAGRAMS * SIZE, 2 * DATAGRAMS * SIZE]);
  }),
);

/** Ports of the sockets whose last records came since the last look, of those that are asked for. */
function closings({ object, btf }: Loaded): (ports: readonly number[]) => number[] {
  const map = object.map('closed');
  const ring = new Ring(map.fd, map.maxEntries);
  const record = new SocketRecord(new RecordLayout(btf, jiffiesPerSecond()));
  return (ports) => {
    const found: number[] = [];
    ring.drain((offset) => found.push(record.point(ring.memory, offset).localPort), 100_000);
    return found.filter((port) => ports.includes(port)).sort((a, b) => a - b);
  };
}

test(
  'an end of a connection that both programs see is one record; without the first it is the second’s',
  live(async (t) => {
    const loaded = load(t);
    const closed = closings(loaded);
    const first = attach(t, loaded, FIRST);
    attach(t, loaded, SECOND);
    for (let round = 0; round < 2; round++) {
      const { client, server, port, clientPort } = await new Bench(t, 0).pair('127.0.0.1');
      await server.do('reset');
      await client.do('close');
      const ports = [port, clientPort].sort((a, b) => a - b);
      assert.deepEqual(closed(ports), ports);
      for (const link of first.values()) link.destroy();
    }
  }),
);
