import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readU64 } from '../../native/fields.ts';
import type { BpfMap } from '../../native/map.ts';
import { sumOverCpus } from '../../src/abi/per-cpu.ts';
import { dropReader } from '../../src/capture/records/drop-record.ts';
import { FilterTable } from '../../src/capture/trace/filter-table.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { btfOf, openObject } from '../fixtures/bpf.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { inode, udpCounter } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';

const DISCARD = 9; // RFC 863: nothing listens there
const COUNT = 500;

/** The program with room for one kind of drop, counting those in these namespaces. */
function countWithoutRoom(t: TestContext, namespaces: Namespace[]): { drops: BpfMap; lost: BpfMap } {
  const object = openObject('drops');
  t.after(() => object.close());
  for (const map of ['drops', 'last_drops', 'packets']) object.setMaxEntries(map, 1);
  object.load();
  const table = new FilterTable(object.map('controls').mapValues(), btfOf('drops'));
  t.after(() => table.close());
  const expression = parseFilter(namespaces.map((one) => `netns ${inode(one)}`).join(' or '));
  table.set(compileFilter(expression, () => null));
  table.setReady('all');
  const link = object.attach('count_drop');
  t.after(() => link.destroy());
  return { drops: object.map('drops'), lost: object.map('lost_drops') };
}

test(
  'drops that find no room are counted as such: with the others they are as many as the kernel counts',
  live(async (t) => {
    const namespaces = [createNamespace(t), createNamespace(t), createNamespace(t)];
    const peers = await Promise.all(namespaces.map((one) => startPeer(t, one)));
    for (const peer of peers) await peer.ask('bindUdp', '127.0.0.1');
    const { drops, lost } = countWithoutRoom(t, namespaces);
    for (const peer of peers) await peer.ask('sendUdp', COUNT, 10, '127.0.0.1', DISCARD);
    const counts: number[] = [];
    const read = dropReader(btfOf('drops'));
    drops.forEach((_, value) => {
      counts.push(read(value).count);
    });
    const withoutRoom = readU64(sumOverCpus(lost), 0);
    const noPorts = namespaces.reduce((sum, one) => sum + udpCounter(one, 'NoPorts'), 0);
    assert.deepEqual(
      { kinds: counts.length, counted: counts, withoutRoom, noPorts },
      { kinds: 1, counted: [COUNT], withoutRoom: 2 * COUNT, noPorts: 3 * COUNT },
    );
  }),
);
