import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { BpfObject } from '../../../native/object.ts';
import { COUNT_TRANSMIT } from '../../../src/abi/points.ts';
import { POINTS } from '../../../src/attach/points.ts';
import { RunningKernel } from '../../../src/attach/running-kernel.ts';
import { OwnerMap } from '../../../src/capture/accounting/owner-map.ts';
import { Sockets } from '../../../src/capture/accounting/sockets.ts';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { readCounts } from '../../../src/capture/records/point-count.ts';
import { RunningMachine } from '../../../src/machine/running-machine.ts';
import { ProcessNames } from '../../../src/views/processes/process-names.ts';
import { btfOf, bytesOfStruct, camelCase, indexKey, loadMaps, perCpu } from '../../fixtures/bpf.ts';
import { machineOf } from '../../fixtures/machine.ts';

const accounting = btfOf('accounting');
const trace = btfOf('trace');

function mapsOrSkip(t: TestContext, name: string): BpfObject | null {
  try {
    const object = loadMaps(name);
    t.after(() => object.close());
    return object;
  } catch (error) {
    t.skip(`the kernel gives no maps: ${(error as Error).message}`);
    return null;
  }
}

test('point_count: each member is one field of its point, summed over the CPUs', (t) => {
  const object = mapsOrSkip(t, 'trace');
  if (!object) return;
  const map = object.map('counts');
  const layout = trace.layout('point_count');
  const nothing = { hits: 0, filtered: 0, limited: 0, ringFull: 0, emitted: 0 };
  assert.deepEqual([map.valueSize, map.maxEntries], [layout.size, POINTS]);
  for (const { name } of layout.members) {
    let sum = 0;
    const value = perCpu(layout.size, (cpu) => {
      sum += 2 ** 32 + cpu;
      return bytesOfStruct(layout, { [name]: 2 ** 32 + cpu });
    });
    map.update(indexKey(COUNT_TRANSMIT), value);
    const expected = Array.from({ length: POINTS }, () => nothing);
    expected[COUNT_TRANSMIT] = { ...nothing, [camelCase(name)]: sum };
    assert.deepEqual(readCounts(map, trace), expected);
  }
});

test('owner: of its members the name alone is read, and made safe to print', (t) => {
  const object = mapsOrSkip(t, 'accounting');
  if (!object) return;
  const owners = object.map('owners');
  const layout = accounting.layout('owner');
  const nobody = 2 ** 30; // above PID_MAX_LIMIT: /proc has none
  const cookie = Buffer.alloc(8);
  cookie.writeBigUInt64LE(0x1122334455n);
  const map = new OwnerMap(owners, accounting);
  const namesOf = () =>
    new ProcessNames(
      { books: { ledger: new Ledger(String) }, ownerName: (cookie) => map.name(cookie) },
      machineOf(),
    );
  const nameWith = (values: Record<string, Buffer>): string | null => {
    owners.update(cookie, bytesOfStruct(layout, values));
    return namesOf().get(nobody, 0x1122334455);
  };
  const names = layout.members.map(({ name }) => [name, nameWith({ [name]: Buffer.from('a\x1bb\0c') })]);
  assert.deepEqual(
    names,
    layout.members.map(({ name }) => [name, name === 'comm' ? 'a␛b' : '']),
  );
  assert.equal(nameWith({ comm: Buffer.from('exactly16letters') }), 'exactly16letters');
  assert.equal(namesOf().get(nobody, 7), null);
});

function socketsOrSkip(t: TestContext): Sockets | null {
  try {
    const machine = new RunningMachine();
    const sockets = new Sockets(4096, machine, new RunningKernel(machine.types));
    t.after(() => sockets.stop());
    return sockets;
  } catch (error) {
    t.skip(`the kernel refuses the accounting programs: ${(error as Error).message}`);
    return null;
  }
}

test('account_loss: each member is one cause, summed over the CPUs', (t) => {
  const sockets = socketsOrSkip(t);
  if (!sockets) return;
  const layout = accounting.layout('account_loss');
  const losses = sockets.loaded.object.map('losses');
  const lostWith = (member: string) => {
    let sum = 0;
    const value = perCpu(layout.size, (cpu) => {
      sum += 10 + cpu;
      return bytesOfStruct(layout, { [member]: 10 + cpu });
    });
    losses.update(indexKey(0), value);
    return { lost: sockets.lost(), sum };
  };
  const nothing = {
    usageBytes: 0,
    closedSockets: 0,
    undivided: 0,
    skippedCalls: 0,
    skippedUses: 0,
    farEndBytes: 0,
    releasedSockets: 0,
  };
  const causes = {
    usage_full: 'usageBytes',
    closed_full: null, // they wait in the overflow map
    closed_lost: 'closedSockets',
    streams_full: 'undivided',
    far_ends_full: 'farEndBytes',
    released_lost: 'releasedSockets',
  };
  assert.equal(losses.valueSize, layout.size);
  assert.deepEqual(
    layout.members.map(({ name }) => name),
    Object.keys(causes),
  );
  for (const [member, cause] of Object.entries(causes)) {
    const { lost, sum } = lostWith(member);
    assert.deepEqual(lost, cause === null ? nothing : { ...nothing, [cause]: sum });
  }
});

/** A connection that closes: its last record is in the ring. */
async function closeOne(): Promise<void> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const socket = connect(address.port, '127.0.0.1').resume();
  await once(socket, 'close');
  server.close();
}

test('account_loss.closed_full: last records that overflowed are taken out of the map, once', async (t) => {
  const sockets = socketsOrSkip(t);
  if (!sockets) return;
  const record = accounting.layout('socket_record');
  const { object } = sockets.loaded;
  const cookie = 0x1122334455;
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(BigInt(cookie));
  const drained = (): number[] => {
    const found: number[] = [];
    // Other sockets of this machine may close while the test runs.
    sockets.drainClosed((socket) => socket.cookie === cookie && found.push(socket.rxBytes));
    return found;
  };
  object.map('closed_overflow').update(key, bytesOfStruct(record, { cookie, rx_bytes: 4711 }));
  assert.deepEqual(drained(), []);
  const loss = accounting.layout('account_loss');
  const one = perCpu(loss.size, (cpu) => bytesOfStruct(loss, { closed_full: cpu === 0 ? 1 : 0 }));
  object.map('losses').update(indexKey(0), one);
  await closeOne(); // the ring was full: it has others
  assert.deepEqual([drained(), drained()], [[4711], []]);
});

test('usage_key: an entry is forgotten by the key that it was read with', (t) => {
  const sockets = socketsOrSkip(t);
  if (!sockets) return;
  const usages = sockets.loaded.object.map('usages');
  const key = accounting.layout('usage_key');
  const value = accounting.layout('usage');
  const given = { cookie: 0x1122334455, pid: 2 ** 30, protocol: 17, life: 0xfedc };
  usages.update(bytesOfStruct(key, given), bytesOfStruct(value, { rx_bytes: 5, comm: Buffer.from('dig') }));
  const own = () => {
    const found: object[] = [];
    sockets.usages((usage) => usage.cookie === given.cookie && found.push(usage));
    return found;
  };
  const flags = { receives: 0, sends: 0 };
  const far = { rxFarBytes: 0, txFarBytes: 0 };
  const usage = { ...given, ...flags, rxBytes: 5, txBytes: 0, ...far, startNs: 0, uid: 0, comm: 'dig' };
  assert.deepEqual(own(), [usage]);
  sockets.takeUsage(usage);
  assert.deepEqual(own(), []);
});

test('every entry of a hash map is visited once, however many there are', (t) => {
  const object = mapsOrSkip(t, 'accounting');
  if (!object) return;
  const map = object.map('namespaces');
  const numbers: number[] = [];
  for (const upTo of [0, 1, 127, 128, 129, map.maxEntries]) {
    for (let number = numbers.length; number < upTo; number++) {
      map.update(indexKey(number), Buffer.alloc(map.valueSize, number & 0xff));
      numbers.push(number);
    }
    const found: number[] = [];
    map.forEach((key, value) => {
      found.push(key.readUInt32LE());
      assert.equal(value[0], key.readUInt32LE() & 0xff);
    });
    assert.deepEqual(
      found.sort((a, b) => a - b),
      numbers,
    );
  }
});
