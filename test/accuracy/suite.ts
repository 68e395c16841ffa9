import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Nettop, startNettop } from '../live/nettop.ts';
import type { ConnectionLine } from '../live/rows.ts';
import { until } from '../live/until.ts';
import { Bench, type Case, type ConnectionTruth, type Truth } from './bench.ts';

const INTERVAL = '100ms';
const LONGEST_MS = 10_000;

/** nettop's two commands, which see a connection that was there before; as long as the suite runs. */
export interface Watch {
  processes: Nettop;
  connections: Nettop;
}

export async function watch(t: TestContext, interval = INTERVAL): Promise<Watch> {
  const { server, clientPort } = await new Bench(t, 0).pair('127.0.0.1');
  const start = (command: string) => startNettop(t, [command, '--json', '--interval', interval]);
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
  await agrees(() => countedBy(processes, truths), truths.map(bytesOf));
  const flows = truths.flatMap(({ connections }) => connections);
  await agrees(() => flowsOf(connections, flows), flows);
  return truths;
}

/** Fails where nettop does not come to what is true; whether it stays there is asked when all is over. */
async function agrees<Value>(ask: () => Value, truth: Value): Promise<void> {
  await until('nettop agrees', () => isDeepStrictEqual(ask(), truth), LONGEST_MS).catch(() => {});
  assert.deepEqual(ask(), truth);
}

/** The newest line of each connection; null: nothing was said of it. */
function flowsOf({ connections }: Nettop, flows: readonly ConnectionTruth[]) {
  return flows.map((flow) => {
    const row = connections.findLast((row) => isOf(flow, row));
    return row ? { ...flow, received: row.receiveBytes, sent: row.transmitBytes } : null;
  });
}

/** What this kernel does not offer, as it said itself to a case; null: the case failed otherwise. */
export function lackOf({ message }: Error): string | null {
  const lack =
    /(error .*|Could not process rule): (Function not implemented|.* not (permitted|supported|available))$/m;
  return lack.exec(message)?.[0] ?? null;
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

function isOf(flow: ConnectionTruth, row: ConnectionLine): boolean {
  return (
    row.protocol === flow.protocol && row.localPort === flow.localPort && row.remotePort === flow.remotePort
  );
}
