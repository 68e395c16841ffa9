import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { readResetReasons } from '../../src/machine/reset-reasons.ts';
import { createNamespace } from './namespace.ts';
import { inode, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';

const types = new KernelTypes();

const CLOSED_PORT = 9;

for (const host of ['127.0.0.1', '::1'])
  test(
    `resets to ${host} that no connection sends: by the listener, or by nobody, in their network namespace`,
    live(
      async (t) => {
        const namespace = createNamespace(t);
        const listener = startPythonWithin(t, namespace.within, 'busy', host, 1, 0);
        const port = await listener.tells(0);
        const client = startPythonWithin(t, namespace.within, 'stray', host, port, CLOSED_PORT);
        await client.tells(0);
        const nettop = startNettop(t, ['connections', '--events', '--json', '--interval', '100ms']);
        await showSign(namespace, () => nettop.events.length > 0);
        client.goOn();
        await client.tells(1);
        const netns = inode(namespace);
        const resets = () =>
          nettop.events.filter(
            (event) =>
              event.event === 'reset' &&
              event.netns === netns &&
              [port, CLOSED_PORT].includes(event.localPort ?? 0),
          );
        await nettop.until('both resets', () => resets().length === 2);
        await nettop.end();
        assert.deepEqual(
          resets().map(({ localPort, pid, resetBy, reason }) => [localPort, pid, resetBy, reason]),
          [
            [port, listener.pid, 'this end', readResetReasons(types).size > 0 ? 'TCP_FLAGS' : null],
            [CLOSED_PORT, null, 'this end', readResetReasons(types).size > 0 ? 'NO_SOCKET' : null],
          ],
        );
        assert.ok(nettop.events.every((event) => event.netns !== 0));
      },
      ['python3'],
    ),
  );
