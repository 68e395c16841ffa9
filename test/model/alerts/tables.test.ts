import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighboursFull } from '../../../src/model/alerts/kinds/neighbours-full.ts';
import { retransmissions } from '../../../src/model/alerts/kinds/retransmissions.ts';
import type { SocketLook } from '../../../src/model/alerts/look.ts';
import { NO_LOOK, netLook, socketLook } from '../../fixtures/looks.ts';

const off = () => false;

test('neighbours that find no room are told with the table of their family', () => {
  const table = (overflows: number) => ({
    neighbours: [{ family: 'IPv6' as const, entries: 1024, limit: 1024, overflows }],
  });
  const see = (now: number, before: number) =>
    neighboursFull.see({ ...NO_LOOK, nets: [netLook(table(now), table(before))] }, off);
  assert.deepEqual(see(7, 7), []);
  const [seen] = see(12, 7);
  assert.deepEqual(seen?.evidence, { family: 'IPv6', entries: 1024, limit: 1024, overflows: 5 });
  assert.equal(seen?.command, 'sysctl -w net.ipv6.neigh.default.gc_thresh3=4096');
});

test('retransmissions are told where many far ends have them at once, not one alone', () => {
  const see = (peers: number): number => {
    const kind = retransmissions();
    const sockets = (retransmits: number): SocketLook[] =>
      Array.from({ length: 10 }, (_, at) =>
        socketLook({ cookie: at + 1, retransmits, remoteAddress: `192.0.2.${at % peers}` }),
      );
    const look = (retransmits: number) =>
      kind.see(
        {
          ...NO_LOOK,
          nets: [netLook({ tcp: { sent: 2000, sentAgain: 100 } }, { tcp: { sent: 1000, sentAgain: 0 } })],
          sockets: () => sockets(retransmits),
        },
        off,
      ).length;
    look(5);
    return look(9);
  };
  assert.deepEqual([see(1), see(4), see(5), see(10)], [0, 0, 1, 1]);
});
