import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPython } from './python.ts';
import type { ProcessLine } from './rows.ts';

const MB = 1_000_000;
const OPTIONS = ['processes', '--json', '--interval', '100ms'];

const moved = (lines: ProcessLine[], pid: number): number[] => {
  const line = lines.findLast((one) => one.pid === pid);
  return [line?.receiveBytes ?? 0, line?.transmitBytes ?? 0];
};

test(
  'a connection that is reset, its socket kept for longer: every byte, once',
  live(
    async (t) => {
      const keeper = startPython(t, 'keep', '127.0.0.1', MB, 5000);
      const port = await keeper.tells(0);
      const nettop = startNettop(t, OPTIONS);
      await nettop.process(keeper.pid);
      const sender = startPython(t, 'reset', '127.0.0.1', port, MB, 5000);
      const connections = (count: number) =>
        nettop.until(`${count} connections`, () => {
          const line = nettop.processes.findLast(({ pid }) => pid === keeper.pid);
          return line?.connections === count && line.receiveBytes >= MB;
        });
      await connections(1);
      sender.goOn();
      await sender.tells(0);
      await connections(0);
      await keeper.end();
      await nettop.end();
      assert.deepEqual(
        [keeper, sender].map(({ pid }) => moved(nettop.processes, pid)),
        [
          [MB + 5000, 2],
          [2, MB + 5000],
        ],
      );
    },
    ['python3'],
  ),
);

test(
  'a connection that was reset before nettop started is not counted when its socket goes',
  live(
    async (t) => {
      const keeper = startPython(t, 'keep', '127.0.0.1', MB, 5000);
      const sender = startPython(t, 'reset', '127.0.0.1', await keeper.tells(0), MB, 5000);
      sender.goOn();
      await sender.tells(0);
      const nettop = startNettop(t, OPTIONS);
      await nettop.process(keeper.pid);
      await keeper.end();
      await nettop.end();
      assert.deepEqual(moved(nettop.processes, keeper.pid), [0, 0]);
    },
    ['python3'],
  ),
);

test(
  'a socket that connects three times counts three connections',
  live(
    async (t) => {
      const server = await startPeer(t);
      const port = await server.ask('listen', '127.0.0.1', 'echo');
      const nettop = startNettop(t, OPTIONS);
      await nettop.process(server.pid);
      const client = startPython(t, 'reconnect', '127.0.0.1', port, 3, MB);
      assert.equal(await client.tells(0), 3);
      await nettop.end();
      assert.deepEqual(
        [server, client].map(({ pid }) => moved(nettop.processes, pid)),
        [
          [3 * MB, 3 * MB],
          [3 * MB, 3 * MB],
        ],
      );
    },
    ['python3'],
  ),
);

test(
  'what comes back over the error queue was not received',
  live(
    async (t) => {
      const both = startPython(t, 'timestamps', '127.0.0.1', 20, 700);
      await both.tells(0);
      const nettop = startNettop(t, OPTIONS);
      await nettop.process(both.pid);
      both.goOn();
      assert.equal(await both.tells(1), 20);
      await nettop.end();
      assert.deepEqual(moved(nettop.processes, both.pid), [14_000, 14_000]);
    },
    ['python3'],
  ),
);
