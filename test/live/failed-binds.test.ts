import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { inode, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';

const TAKEN = 4000;

test(
  'a bind() that failed is a row, with its process and with who has the port; one that did not is none',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const caller = startPythonWithin(t, namespace.within, 'bindings', TAKEN);
      await caller.tells(0);
      const filter = ['--netns', namespace.name];
      const nettop = startNettop(t, ['connections', '--json', '--interval', '100ms', ...filter]);
      await showSign(namespace, () => nettop.connections.some(({ pid }) => pid === caller.pid));
      caller.goOn();
      await caller.tells(1);
      const failed = () =>
        nettop.connections.filter(({ ending, pid }) => ending?.cause === 'failed' && pid === caller.pid);
      await nettop.until(
        'three rows',
        () => new Set(failed().map(({ localAddress }) => localAddress)).size > 2,
      );
      await nettop.end();
      const rows = new Map(failed().map((row) => [`${row.protocol} ${row.localAddress}`, row]));
      assert.deepEqual(
        [...rows]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([ends, { localPort, remotePort, state, netns, ending }]) => {
            assert.deepEqual([remotePort, state, netns, ending?.error], [0, 'CLOSE', inode(namespace), null]);
            return [ends, localPort, ending?.reason];
          }),
        [
          ['tcp 0.0.0.0', TAKEN, `bind(): the port is in use by python3 (${caller.pid})`],
          ['tcp 198.51.100.7', 0, 'bind(): the address is not of this network namespace'],
          ['udp 127.0.0.1', TAKEN, `bind(): the port is in use by python3 (${caller.pid})`],
        ],
      );
    },
    ['python3'],
  ),
);
