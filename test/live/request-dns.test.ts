import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rcodeName, typeName } from '../../src/protocols/dns-names.ts';
import { captureDns, type DnsFrame } from './dns-frames.ts';
import { dig, dnsperf, followDns, REAL, STUB, startDnsServers } from './dns-servers.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { ofSide } from './request-rows.ts';
import type { RequestLine } from './rows.ts';

const TOOLS = ['dig', 'unbound', 'dnsmasq', 'tshark', 'tcpdump'];
/** Between the program at the socket and the capture at the device, at most, and for the most part. */
const APART_US = { most: 20_000, usual: 300 };

/** What dig is asked to ask. */
const ASKED: readonly string[][] = [
  [`@${STUB}`, 'a.example'],
  [`@${STUB}`, 'A.eXaMpLe', 'AAAA'],
  [`@${STUB}`, 'none.example'],
  [`@${STUB}`, 'x.refused.example'],
  [`@${STUB}`, 'many.example', 'MX', '+tcp'],
  [`@${STUB}`, 'twelve.example', '+noedns'],
  [`@${STUB}`, 'big.example', 'TXT', '+bufsize=512'],
  [`@${REAL[0]}`, 'huge.example', 'TXT', '+tcp'],
  [`@${REAL[0]}`, 'x.broken.net', '+time=4', '+tries=1'],
  [`@${REAL[0]}`, 'x.silent.example', '+time=1', '+tries=2', '+qid=4711'],
  [`@${REAL[0]}`, 'a.example', '+tcp', '+keepopen', 'none.example', 'twelve.example', '+tcp', '+keepopen'],
  [`@${REAL[1]}`, 'a.example', 'AAAA', '+edns=1', '+noednsneg'],
  [`@${REAL[1]}`, 'a.example', '+tcp'],
  [`@${REAL[1]}`, 'a.example', '+opcode=status'],
];

interface Expected {
  query: DnsFrame;
  answer: DnsFrame | undefined;
}

const clientOf = ({ query }: Expected): string => `${query.source} ${query.sourcePort} ${query.destination}`;

/** Queries with their answers, as a client's socket has them: one that is sent again is one. */
function expectedOf(frames: readonly DnsFrame[]): Expected[] {
  const found: Expected[] = [];
  for (const frame of frames) {
    const asked = found.find(
      ({ query, answer }) =>
        query.id === frame.id &&
        query.transport === frame.transport &&
        query.name.toLowerCase() === frame.name.toLowerCase() &&
        (frame.isAnswer
          ? answer === undefined && query.sourcePort === frame.destinationPort
          : query.sourcePort === frame.sourcePort),
    );
    if (asked && frame.isAnswer) asked.answer = frame;
    else if (!asked && !frame.isAnswer) found.push({ query: frame, answer: undefined });
  }
  return found;
}

const rowOf = ({ query, answer }: Expected) => [
  query.name === '<Root>' ? '.' : query.name,
  typeName(query.type),
  answer ? rcodeName(answer.rcode) : null,
  (answer?.addresses ?? []).slice(0, 8),
  answer?.isTruncated ?? false,
  query.length,
  answer?.length ?? null,
];

const toldOf = ({ dns, requestBytes, responseBytes }: RequestLine) => [
  dns?.name,
  dns?.type,
  dns?.rcode,
  dns?.type === 'A' || dns?.type === 'AAAA' ? dns.answers : [],
  dns?.truncated,
  requestBytes,
  responseBytes,
];

const far = (line: RequestLine): string =>
  line.side === 'client'
    ? `${line.localAddress} ${line.localPort} ${line.remoteAddress}`
    : `${line.remoteAddress} ${line.remotePort} ${line.localAddress}`;

const usOf = (time: string): number => {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  return Math.floor(Date.parse(time) / 1000) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
};

/** What ran dig, from when to when. */
interface Run {
  args: readonly string[];
  pid: number;
  beganMs: number;
}

/** Who asked: dig, or the stub for it. */
function askerOf({ query }: Expected, runs: readonly Run[]): number | 'dnsmasq' {
  const run = runs.findLast(({ beganMs }) => beganMs * 1000 <= query.timeUs);
  assert.ok(run);
  return query.destination === STUB || run.args[0] !== `@${STUB}` ? run.pid : 'dnsmasq';
}

const sorted = (rows: readonly unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function assertTimes(lines: readonly RequestLine[], expected: readonly Expected[]): void {
  const apart = [[], []] as [number[], number[]];
  for (const line of lines) {
    const frames = expected.find(
      (each) => clientOf(each) === far(line) && each.query.name === line.dns?.name,
    );
    assert.ok(frames);
    const { query, answer } = frames;
    apart[0].push(Math.abs(usOf(line.time) - query.timeUs));
    if (answer) apart[1].push(Math.abs((line.firstByteMicroseconds ?? -1) - (answer.timeUs - query.timeUs)));
  }
  for (const each of apart) {
    assert.ok(median(each) < APART_US.usual, `median ${median(each)} µs`);
    assert.ok(Math.max(...each) < APART_US.most, `${Math.max(...each)} µs`);
  }
}

test(
  'DNS of real servers, a stub and a client as tshark reads the same packets, each with its process',
  live(async (t) => {
    const namespace = createNamespace(t);
    const { real, stub } = await startDnsServers(t, namespace);
    const nettop = await followDns(t, namespace);
    const captured = await captureDns(t, namespace);
    const runs: Run[] = [];
    for (const args of ASKED) {
      const beganMs = Date.now();
      const { pid } = await dig(namespace, ...args);
      runs.push({ args, pid, beganMs });
    }
    const expected = expectedOf(await captured());
    const lines = (side: 'client' | 'server') =>
      ofSide(nettop.requests, side).filter(({ dns }) => dns && dns.name !== 'ready.example');
    await nettop.until(
      'all rows',
      () => Math.min(lines('client').length, lines('server').length) >= expected.length,
      20_000,
    );
    await nettop.end();
    for (const side of ['client', 'server'] as const) {
      assert.deepEqual(
        sorted(lines(side).map((line) => [far(line), ...toldOf(line)])),
        sorted(expected.map((each) => [clientOf(each), ...rowOf(each)])),
        side,
      );
      for (const { incomplete, dns } of lines(side))
        assert.equal(incomplete, dns?.rcode === null ? 'no answer' : null, dns?.name);
      assertTimes(lines(side), expected);
    }
    for (const line of lines('client')) {
      const frames = expected.find((each) => clientOf(each) === far(line));
      assert.ok(frames);
      const asker = askerOf(frames, runs);
      assert.equal(asker === 'dnsmasq' ? line.process : line.pid, asker);
      assert.equal(line.peerProcess, line.remoteAddress === STUB ? 'dnsmasq' : 'unbound');
      const isUdp = frames.query.transport === 'udp'; // dnsmasq has a process for each connection
      if (isUdp) assert.equal(line.peerPid, line.remoteAddress === STUB ? stub.pid : real.pid);
      if (isUdp && asker === 'dnsmasq') assert.equal(line.pid, stub.pid);
    }
    const { requests, pieces } = nettop.requestTotals?.lost ?? {};
    assert.deepEqual([requests, pieces], [0, 0]);
  }, TOOLS),
);

test(
  'queries that are asked by TCP without waiting, and answered in another order, as tshark reads them',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      await startDnsServers(t, namespace);
      const nettop = await followDns(t, namespace);
      const captured = await captureDns(t, namespace);
      const names = Array.from({ length: 20 }, (_, index) => `n${index}.example A`);
      const asked = [
        'a.example A',
        'x.broken.net A',
        'big.example TXT',
        'huge.example TXT',
        'a.example AAAA',
        ...names,
      ];
      const sent = await dnsperf(namespace, asked, 4, '-m', 'tcp', '-c', '2', '-q', '30');
      const frames = await captured();
      const expected = expectedOf(frames);
      assert.equal(expected.length, sent);
      for (const side of ['client', 'server'] as const) {
        const lines = () =>
          ofSide(nettop.requests, side).filter(({ dns }) => dns && dns.name !== 'ready.example');
        await nettop.until(`all of the ${side}`, () => lines().length >= sent);
        const asked = (row: readonly unknown[]) => [row[0], row[1], row[6]];
        const [rows, frames] = [
          lines().map((line) => [far(line), ...toldOf(line)]),
          expected.map((each) => [clientOf(each), ...rowOf(each)]),
        ];
        assert.deepEqual(sorted(rows.map(asked)), sorted(frames.map(asked)), side);
        // what follows a long answer without a pause is beyond what is told of a turn
        const whole = rows.filter((_, index) => lines()[index]?.incomplete === null);
        const right = new Set(sorted(frames));
        assert.deepEqual(
          sorted(whole).filter((row) => !right.has(row)),
          [],
        );
        assert.ok(whole.length > sent / 2, `${whole.length} whole`);
        for (const { incomplete } of lines())
          assert.ok(incomplete === null || incomplete === 'head cut', `${incomplete}`);
      }
      await nettop.end();
    },
    [...TOOLS, 'dnsperf'],
  ),
);
