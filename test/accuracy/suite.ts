import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Nettop, startNettop } from '../live/nettop.ts';
import { Bench, type Case, type ConnectionTruth, type Truth } from './bench.ts';

const INTERVAL = '100ms';

/** nettop's two commands, which see a connection that was there before; as long as the suite runs. */
export interface Watch {
  processes: Nettop;
  connections: Nettop;
}

export async function watch(t: TestContext): Promise<Watch> {
  const { server, clientPort } = await new Bench(t, 0).pair('127.0.0.1');
  const start = (command: string) => startNettop(t, [command, '--json', '--interval', INTERVAL]);
  const nettops = { processes: start('processes'), connections: start('connections') };
  await nettops.processes.process(server.pid);
  await nettops.connections.until('a connection', () =>
    nettops.connections.connections.find(({ localPort }) => localPort === clientPort),
  );
  return nettops;
}

/** Has a case moved its bytes, and holds nettop to them. */
export async function hold(t: TestContext, { processes, connections }: Watch, one: Case, bytes: number) {
  const truths = await one.run(new Bench(t, bytes));
  const [, rows] = await Promise.all([
    afterwards(processes, () => processes.processes),
    afterwards(connections, () => connections.connections),
  ]);
  assert.deepEqual(countedBy(processes, truths), truths.map(bytesOf));
  const flows = truths.flatMap(({ connections }) => connections);
  const found = flows.map((flow) => {
    const row = rows.find((row) => isOf(flow, row));
    return row ? { ...flow, received: row.receiveBytes, sent: row.transmitBytes } : null;
  });
  assert.deepEqual(found, flows);
  return truths;
}

/** What nettop counted of each process. */
export function countedBy({ processes }: Nettop, truths: readonly Truth[]) {
  return truths.map(({ who, pid }) => {
    const line = processes.findLast((line) => line.pid === pid);
    return { who, received: line?.receiveBytes ?? 0, sent: line?.transmitBytes ?? 0 };
  });
}

export function bytesOf({ who, received, sent }: Truth) {
  return { who, received, sent };
}

function isOf(flow: ConnectionTruth, row: Nettop['connections'][number]): boolean {
  return (
    row.protocol === flow.protocol && row.localPort === flow.localPort && row.remotePort === flow.remotePort
  );
}

/**
 * The lines of a report that began after now and is whole: the first of three may have begun before,
 * the last may not have come to its end.
 */
async function afterwards<Line extends { time: string }>(
  nettop: Nettop,
  lines: () => readonly Line[],
): Promise<Line[]> {
  const begun = new Date().toISOString();
  const from = lines().length;
  const time = await nettop.until('three reports', () => {
    const times = [
      ...new Set(
        lines()
          .slice(from)
          .map(({ time }) => time),
      ),
    ].filter((time) => time > begun);
    return times.length >= 3 && times.at(-2);
  });
  return lines().filter((line) => line.time === time);
}
