import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { inode, SIGN_PORT, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { EventLine } from './rows.ts';

const TAKEN = 4000;

/** As sockets.py tells of a call: bind() and listen() have an end here, the others there. */
function told(event: EventLine) {
  const { call, protocol, localAddress, localPort, remoteAddress, remotePort, error } = event;
  const isHere = call === 'bind' || call === 'listen';
  const end = isHere ? [localAddress, localPort] : [remoteAddress, remotePort];
  return [call, protocol, ...end, error];
}

test(
  'calls that fail before there is a connection: each with its ends, its process and its error',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const caller = startPythonWithin(t, namespace.within, 'failures', TAKEN);
      await caller.tells(0);
      const filter = ['--netns', namespace.name];
      const nettop = startNettop(t, ['connections', '--events', '--json', '--interval', '100ms', ...filter]);
      await showSign(namespace, () => nettop.events.length > 0);
      caller.goOn();
      const expected: unknown = await caller.tells(1);
      assert.ok(Array.isArray(expected));
      const failed = () =>
        nettop.events.filter(({ event, remotePort }) => event === 'failed' && remotePort !== SIGN_PORT);
      await nettop.until('all calls', () => failed().length >= expected.length);
      await nettop.end();
      assert.deepEqual(failed().map(told), expected);
      for (const { pid, process, netns } of failed())
        assert.deepEqual([pid, process, netns], [caller.pid, 'python3', inode(namespace)]);
      assert.deepEqual(
        failed().map(({ cause }) => cause),
        [
          ...Array(5).fill('failed'),
          ...Array(4).fill('unreachable'),
          'failed',
          ...Array(2).fill('refused'),
          'unreachable',
        ],
      );
    },
    ['python3'],
  ),
);
