import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { createNamespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { until } from './until.ts';

type Open = [
  protocol: string,
  ipProtocol: number | null,
  ethertype: number | null,
  port: number,
  on: string | null,
];
type Ended = [protocol: string, port: number, received: number | null, sent: number | null];
/** Columns of /proc/net/raw, raw6, icmp and packet. */
type Proc = [raw: string[][], raw6: string[][], icmp: string[][], packet: string[][]];

const text = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** Of the last report; an IPv6 address or none tells raw from raw6. */
function open(lines: readonly ConnectionLine[]): ConnectionLine[] {
  const time = lines.at(-1)?.time;
  return lines.filter((line) => line.time === time && line.ending === null && line.protocol !== 'tcp');
}

const toOpen = (line: ConnectionLine): Open => [
  line.protocol,
  line.ipProtocol,
  line.ethertype,
  line.localPort,
  line.interface,
];

/** What the kernel's own tables say: of raw sockets the protocol stands in the place of the port. */
function fromProc([raw, raw6, icmp, packet]: Proc): Omit<Open, 4>[] {
  const port = (columns: string[]) => Number.parseInt(columns[1]?.split(':').at(-1) ?? '', 16);
  return [
    ...[...raw, ...raw6].map((columns) => ['raw', port(columns), null, 0]),
    ...icmp.map((columns) => ['icmp', 1, null, port(columns)]),
    ...packet.map((columns) => ['packet', null, Number.parseInt(columns[3] ?? '', 16), 0]),
  ] as Omit<Open, 4>[];
}

test(
  'raw, packet, ICMP and MPTCP sockets are rows as the kernel lists them, and closed ones with their bytes',
  live(async (t) => {
    const { name, within } = createNamespace(t);
    const python = startPythonWithin(t, within, 'other_kinds');
    const truth = (await python.tells(0)) as unknown as Open[];
    const proc = (await python.tells(1)) as unknown as Proc;
    const nettop = startNettop(t, ['connections', '--json', `netns ${name}`]);
    const raw = startNettop(t, ['connections', '--json', `netns ${name} and icmp`]);
    const seen = () => text(open(nettop.connections).map(toOpen));
    await until('nettop agrees', async () => isDeepStrictEqual(seen(), text(truth)), 20_000).catch(() => {});
    assert.deepEqual(seen(), text(truth));
    const listed = open(nettop.connections).filter(({ protocol }) => protocol !== 'mptcp');
    assert.deepEqual(text(listed.map((line) => toOpen(line).slice(0, 4))), text(fromProc(proc)));
    for (const line of open(nettop.connections)) {
      assert.match(line.process ?? '', /python/);
      assert.equal(line.transmitBytes === null, line.protocol === 'packet');
    }
    python.goOn();
    const ends = (await python.tells(2)) as unknown as Ended[];
    const closed = () =>
      nettop.connections
        .filter(({ protocol, ending }) => ending !== null && protocol !== 'tcp')
        .map(
          ({ protocol, localPort, receiveBytes, transmitBytes }): Ended => [
            protocol,
            localPort,
            receiveBytes,
            transmitBytes,
          ],
        );
    await until('they ended', async () => closed().length >= ends.length, 20_000).catch(() => {});
    await nettop.end();
    await raw.end();
    assert.deepEqual(text(closed()), text(ends));
    const kinds = new Set(raw.connections.map(({ protocol, ipProtocol }) => `${protocol} ${ipProtocol}`));
    assert.deepEqual([...kinds].sort(), ['icmp 1', 'raw 1']);
  }),
);
