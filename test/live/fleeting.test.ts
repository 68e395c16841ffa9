import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { until } from './until.ts';

type End = [pid: number, localPort: number, address: string, port: number, received: number, sent: number];

/** Beside the ways to use a socket; fewer than nettop keeps of closed ones. */
const MORE = 3000;

/** Closed UDP sockets and far ends. */
function ended(lines: readonly ConnectionLine[]): End[] {
  return lines
    .filter(({ protocol, ending }) => protocol === 'udp' && ending !== null)
    .map(({ pid, localPort, remoteAddress, remotePort, receiveBytes, transmitBytes }) => [
      pid ?? 0,
      localPort,
      remoteAddress,
      remotePort,
      receiveBytes ?? -1,
      transmitBytes ?? -1,
    ]);
}

/** What recv() took is the socket's own, and what sendto() sent its far end's: these have a line each. */
function expected([pid, localPort, address, port, received, sent]: End): End[] {
  const isApart = received === 0 && port > 0;
  const flow: End = [pid, localPort, address, port, received, sent];
  return isApart ? [flow, [pid, localPort, '0.0.0.0', 0, sent, 0]] : [flow];
}

const told = (ends: readonly End[]): string[] => ends.map((end) => end.join(' ')).sort();

async function agree(nettop: Nettop, truth: string[]): Promise<void> {
  const all = () => new Set(told(ended(nettop.connections)));
  await until('nettop agrees', async () => truth.every((end) => all().has(end)), 20_000).catch(() => {});
}

test(
  'UDP sockets that live between two looks: each is told once, closed, with its process, its ends and its bytes',
  live(async (t) => {
    const { name, within } = createNamespace(t);
    const python = startPythonWithin(t, within, 'fleeting', MORE);
    const port = await python.tells(0);
    const netns = `netns ${name}`;
    const connections = startNettop(t, ['connections', '--json', `${netns} and port ${port}`]);
    const whole = startNettop(t, ['connections', '--json', netns]);
    await whole.until('the server', () => whole.connections.find(({ localPort }) => localPort === port));
    python.goOn();
    const ends = (await python.tells(1)) as unknown as End[];
    const truth = told(ends.flatMap(expected));
    await agree(whole, truth);
    await whole.end();
    await connections.end();
    assert.deepEqual(told(ended(whole.connections)), truth);
    const ofPort = told(ends.filter((end) => end[3] === port));
    assert.deepEqual(told(ended(connections.connections)), ofPort);
  }),
);
