import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SynDropMap } from '../../../src/capture/accounting/syn-drops.ts';
import { Endings } from '../../../src/capture/ledger/endings.ts';
import { type Closed, newSocket, type Socket } from '../../../src/capture/ledger/socket.ts';
import { SynDrops } from '../../../src/capture/ledger/syn-drops.ts';
import type { Closing } from '../../../src/capture/records/life-record.ts';
import { ESTABLISHED, SYN_SENT } from '../../../src/capture/records/states.ts';
import { btfOf } from '../../fixtures/bpf.ts';
import { closing } from '../../fixtures/lives.ts';
import { curl, sample } from '../../fixtures/samples.ts';

const NAMES = { reason: (number: number) => `REASON_${number}`, place: (address: bigint) => `at ${address}` };
const SEQUENCE = 0xfffffffe;

/** The kernel's map, as far as it is filled, and how often it was asked. */
function kernel() {
  const entries = new Map<string, Buffer>();
  const asked: string[] = [];
  const lookup = (key: Uint8Array) => {
    asked.push(Buffer.from(key).toString('hex'));
    return entries.get(Buffer.from(key).toString('hex')) ?? null;
  };
  return { entries, asked, drops: new SynDrops(new SynDropMap({ lookup }, btfOf('accounting'), NAMES)) };
}

/** As struct handshake and struct syn_drop lie in memory. */
function words(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function ended(overrides: Partial<Closing>): [Socket, Closed] {
  const socket = newSocket(sample(1, curl), false, 1e9);
  const end = closing({
    oldState: SYN_SENT,
    initialSequence: SEQUENCE,
    closedNs: 9e9,
    error: 110,
    ...overrides,
  });
  new Endings(() => null).add(socket, end);
  return [socket, socket.closed ?? assert.fail()];
}

test('a drop is found by the number of the SYN and the port, and sought no more', () => {
  const { entries, asked, drops } = kernel();
  const [socket, closed] = ended({});
  assert.equal(drops.of(socket, closed, 9e9), null);
  entries.set(words(SEQUENCE, socket.sourcePort).toString('hex'), words(77, 0, 12, 3, 5, 0));
  const drop = { reason: 'REASON_12', place: 'at 77', segments: 3, inferred: false, netns: 5 };
  assert.deepEqual([drops.of(socket, closed, 9.1e9), drops.of(socket, closed, 9.2e9)], [drop, drop]);
  assert.equal(asked.length, 2);
});

test('what is not there a second after the end is sought no more', () => {
  const { asked, drops } = kernel();
  const [socket, closed] = ended({});
  for (const atNs of [9e9, 10.1e9, 12e9]) assert.equal(drops.of(socket, closed, atNs), null);
  assert.equal(asked.length, 2);
});

test('a connection that was made, was reset, or sent nothing has none', () => {
  const { asked, drops } = kernel();
  for (const overrides of [{ oldState: ESTABLISHED }, { reset: 1, error: 111 }, { unsent: true, error: 0 }])
    assert.equal(drops.of(...ended(overrides), 9e9), null);
  assert.deepEqual(asked, []);
});
