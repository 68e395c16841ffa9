import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { createNamespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { until } from './until.ts';

type Moved = [localPort: number, remotePort: number, received: number, sent: number];

/** The lines of one time, of these ports, that moved anything. */
function moved(lines: readonly ConnectionLine[], ports: ReadonlySet<number>): Moved[] {
  const time = lines.at(-1)?.time;
  return lines
    .filter((line) => line.time === time && ports.has(line.localPort))
    .map((line): Moved => [line.localPort, line.remotePort, line.receiveBytes ?? 0, line.transmitBytes ?? 0])
    .filter(([, , received, sent]) => received + sent > 0)
    .sort(inOrder);
}

const inOrder = (a: Moved, b: Moved): number => a[0] - b[0] || a[1] - b[1];

const places: Record<string, readonly [host: string, at: string, elsewhere?: boolean]> = {
  'over 127.0.0.1': ['127.0.0.1', '127.0.0.1'],
  'over ::1': ['::1', '::1'],
  'from an IPv6 socket to IPv4 addresses': ['::', '127.0.0.1'],
  'in another network namespace': ['0.0.0.0', '127.0.0.1', true],
};

for (const [name, [host, at, elsewhere]] of Object.entries(places))
  test(
    `UDP ${name}: what each socket moved by far end, and what no call asked the sender of`,
    live(async (t) => {
      const within = elsewhere ? createNamespace(t).within : [];
      const python = startPythonWithin(t, within, 'flows', host, at);
      const port = await python.tells(0);
      const nettop = startNettop(t, [
        'connections',
        '--json',
        '--interval',
        '100ms',
        ...(elsewhere ? ['--netns', 'all'] : []),
      ]);
      await nettop.until('the socket', () => nettop.connections.find(({ localPort }) => localPort === port));
      python.goOn();
      const truth = ((await python.tells(1)) as unknown as Moved[]).sort(inOrder);
      const ports = new Set(truth.map(([localPort]) => localPort));
      const agrees = () => isDeepStrictEqual(moved(nettop.connections, ports), truth);
      await until('nettop agrees', async () => agrees(), 5000).catch(() => {});
      await nettop.end();
      assert.deepEqual(moved(nettop.connections, ports), truth);
    }),
  );
