import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import type { BpfMap } from '../../native/map.ts';
import { RunningKernel } from '../../src/attach/running-kernel.ts';
import { Sockets } from '../../src/capture/accounting/sockets.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { live } from './nettop.ts';

const BYTES = 123;

/** To the last entry: others on this machine may have made some before, and while it goes on. */
function fill(map: BpfMap): void {
  const key = Buffer.alloc(map.keySize);
  for (let number = 0; number < map.maxEntries; number++) {
    key.writeUInt32LE(number + 1, key.length - 4); // in the padding: none that the kernel makes
    try {
      map.update(key, Buffer.alloc(map.valueSize));
    } catch (error) {
      assert.match((error as Error).message, /Argument list too long/); // E2BIG: there is no room
      return;
    }
  }
}

test(
  'where there are as many far ends as there is room for, a datagram counts for its socket, and that is told',
  live(async (t) => {
    const machine = new RunningMachine();
    const sockets = new Sockets(1 << 20, machine, new RunningKernel(machine.types));
    t.after(() => sockets.stop());
    const map = sockets.loaded.object.map('far_ends');
    fill(map);
    const [sender, receiver] = [createSocket('udp4'), createSocket('udp4')];
    t.after(() => [sender, receiver].map((socket) => socket.close()));
    receiver.bind(0, '127.0.0.1');
    await once(receiver, 'listening');
    sender.send(Buffer.alloc(BYTES), receiver.address().port, '127.0.0.1');
    await once(receiver, 'message');
    const own = { rxBytes: 0, txBytes: 0, rxFarBytes: 0, txFarBytes: 0 };
    sockets.usages((usage) => {
      if (usage.pid !== process.pid) return;
      own.rxBytes += usage.rxBytes;
      own.txBytes += usage.txBytes;
      own.rxFarBytes += usage.rxFarBytes;
      own.txFarBytes += usage.txFarBytes;
    });
    assert.deepEqual(own, { rxBytes: BYTES, txBytes: BYTES, rxFarBytes: 0, txFarBytes: 0 });
    const told = sockets.lost().farEndBytes;
    assert.ok(told >= 2 * BYTES, `${told} bytes are told`);
  }),
);
