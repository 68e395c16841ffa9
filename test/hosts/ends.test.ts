import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinEnds } from '../../src/hosts/ends.ts';
import type { ConnectionRow } from '../../src/model/model.ts';
import { watchedRow } from '../fixtures/connections.ts';

const CLIENT = { localAddress: '10.0.0.1', localPort: 40_000, remoteAddress: '10.0.0.2', remotePort: 443 };
const SERVER = { localAddress: '10.0.0.2', localPort: 443, remoteAddress: '10.0.0.1', remotePort: 40_000 };

let made = 0;
const at = (place: number, ends: Partial<ConnectionRow>) => ({
  place,
  row: watchedRow({ ...ends, key: String(made++) }),
});

/** Places of the rows, and of their other ends. */
const joined = (...entries: ReturnType<typeof at>[]) =>
  joinEnds(entries).map(({ place, other }) => (other ? [place, other.place] : [place]));

test('two ends on two machines are one row, of the machine that was named first', () => {
  assert.deepEqual(joined(at(0, CLIENT), at(1, SERVER)), [[0, 1]]);
  assert.deepEqual(joined(at(1, CLIENT), at(0, SERVER)), [[0, 1]]);
  assert.deepEqual(joined(at(0, CLIENT), at(1, { ...SERVER, protocol: 'udp' })), [[0], [1]]);
  assert.deepEqual(joined(at(0, CLIENT), at(1, { ...SERVER, remotePort: 40_001 })), [[0], [1]]);
});

test('where it cannot be told whose ends they are, rows stay by themselves', () => {
  // both ends on each machine: containers with the same addresses
  assert.deepEqual(joined(at(0, CLIENT), at(0, SERVER), at(1, CLIENT), at(1, SERVER)), [[0], [0], [1], [1]]);
  // the same end twice, in two network namespaces
  assert.deepEqual(joined(at(0, CLIENT), at(0, CLIENT), at(1, SERVER)), [[0], [0], [1]]);
  // on three machines
  assert.deepEqual(joined(at(0, CLIENT), at(1, SERVER), at(2, SERVER)), [[0], [1], [2]]);
  const here = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' };
  assert.deepEqual(joined(at(0, { ...CLIENT, ...here }), at(1, { ...SERVER, ...here })), [[0], [1]]);
  assert.deepEqual(joined(at(0, { ...SERVER, remotePort: 0 }), at(1, { ...SERVER, remotePort: 0 })), [
    [0],
    [1],
  ]);
});
