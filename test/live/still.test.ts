import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPython } from './python.ts';
import type { ConnectionLine } from './rows.ts';

const SIZE = 1000;

/** The line of one end in a report that began after now. */
async function fresh(nettop: Nettop, port: number): Promise<ConnectionLine> {
  const now = new Date().toISOString();
  return nettop.until(`a new line of ${port}`, () => {
    const line = nettop.connections.findLast(
      ({ localPort, state }) => localPort === port && state !== 'LISTEN',
    );
    return line && line.time > now && line;
  });
}

async function start(t: TestContext) {
  const ends = startPython(t, 'still', '127.0.0.1', SIZE);
  const [taken, client] = [await ends.tells(0), await ends.tells(1)];
  const nettop = await startNettop(t, ['connections', '--json', '--interval', '100ms']);
  return { ends, taken, client, nettop };
}

test(
  'a connection that stands still is not read anew: what its process reads shows at once, an option soon',
  live(async (t) => {
    const { ends, taken, client, nettop } = await start(t);
    const before = [await fresh(nettop, taken), await fresh(nettop, taken), await fresh(nettop, taken)];
    ends.goOn();
    await ends.tells(2);
    await fresh(nettop, taken); // of a report under way, the sockets may have been read before
    const after = [await fresh(nettop, taken), await fresh(nettop, taken)];
    assert.deepEqual(
      [...before, ...after].map(({ tcp, receiveBytes }) => [tcp?.receiveQueueBytes, receiveBytes]),
      [SIZE, SIZE, SIZE, 1, 1].map((queue) => [queue, SIZE]),
    );
    assert.notEqual((await fresh(nettop, client)).tcp?.congestionControl, 'reno');
    ends.goOn();
    await ends.tells(3);
    await nettop.until('reno', async () => (await fresh(nettop, client)).tcp?.congestionControl === 'reno');
  }),
);
