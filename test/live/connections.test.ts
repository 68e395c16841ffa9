import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { connectNamespaces, createNamespace, misdirect } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import type { ConnectionLine } from './rows.ts';
import { runningTimes, socketInfo } from './ss.ts';
import { until } from './until.ts';

const OPTIONS = ['connections', '--json', '--interval', '100ms'];

/** A connection's two ends, each as [local port, remote port]. */
type Ports = readonly [number, number];

async function pair(t: TestContext, host: string): Promise<[Peer, Peer]> {
  const server = await startPeer(t, { name: 'nt-server' });
  const client = await startPeer(t, { name: 'nt-client' });
  await client.ask('connect', host, await server.ask('listen', host));
  return [server, client];
}

const of =
  ([local, remote]: Ports) =>
  (line: ConnectionLine) =>
    line.localPort === local && line.remotePort === remote;

/** The lines of the newest report. */
function newest({ connections }: Nettop): ConnectionLine[] {
  const time = connections.at(-1)?.time;
  return connections.filter((line) => line.time === time);
}

/** States that a connection went through, in order. */
function states({ connections }: Nettop, ports: Ports): string[] {
  const seen = connections.filter(of(ports)).map(({ state }) => state);
  return seen.filter((state, at) => state !== seen[at - 1]);
}

function reaches(nettop: Nettop, ports: Ports, state: string): Promise<unknown> {
  return nettop.until(
    `state ${state} of ${ports}`,
    () => nettop.connections.findLast(of(ports))?.state === state,
  );
}

/** A line of a connection from a report that began after now. */
async function fresh(nettop: Nettop, ports: Ports): Promise<ConnectionLine> {
  const now = new Date().toISOString();
  return nettop.until(`a new line of ${ports}`, () => {
    const line = nettop.connections.findLast(of(ports));
    return line && line.time > now && line;
  });
}

/** What ss tells too. */
function measures({ receiveBytes, transmitBytes, rttMicroseconds, retransmits, tcp }: ConnectionLine) {
  const { busyMicroseconds, receiverLimitedMicroseconds, sendBufferLimitedMicroseconds, ...figures } =
    tcp ?? assert.fail('no figures');
  return { receiveBytes, transmitBytes, rttMicroseconds, retransmits, tcp: figures };
}

test(
  'a connection from its opening to its end, seen from both ends',
  live(async (t) => {
    const server = await startPeer(t, { name: 'nt-server' });
    const client = await startPeer(t, { name: 'nt-client' });
    const port = await server.ask('listen', '127.0.0.1');
    const anchor = await client.ask('connect', '127.0.0.1', port);
    const started = Date.now();
    const nettop = startNettop(t, OPTIONS);
    await fresh(nettop, [port, anchor]);

    const local = await client.ask('connect', '127.0.0.1', port);
    const ends: Ports[] = [
      [port, local],
      [local, port],
    ];
    const [serverEnd, clientEnd] = ends as [Ports, Ports];
    for (const [end, peer, process] of [
      [serverEnd, server, 'nt-server'],
      [clientEnd, client, 'nt-client'],
    ] as const) {
      const { state, pid, process: name, protocol, ageSeconds, localAddress } = await fresh(nettop, end);
      assert.deepEqual(
        { state, pid, name, protocol, localAddress },
        { state: 'ESTABLISHED', pid: peer.pid, name: process, protocol: 'tcp', localAddress: '127.0.0.1' },
      );
      assert.ok(ageSeconds !== null && ageSeconds >= 0 && ageSeconds <= (Date.now() - started) / 1000);
    }

    await client.ask('finish');
    await reaches(nettop, clientEnd, 'FIN_WAIT2');
    await reaches(nettop, serverEnd, 'CLOSE_WAIT');
    await server.ask('finish');
    await reaches(nettop, clientEnd, 'TIME_WAIT');
    await nettop.until(
      'the server’s end gone, the older connection still there',
      () => newest(nettop).some(of([port, anchor])) && !newest(nettop).some(of(serverEnd)),
    );
    await nettop.end();
    for (const [end, life] of [
      [serverEnd, ['SYN_RECV', 'ESTABLISHED', 'CLOSE_WAIT', 'LAST_ACK', 'CLOSE']],
      [clientEnd, ['SYN_SENT', 'ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT']],
    ] as const) {
      const seen = states(nettop, end); // a report may fall into a state that lasts microseconds
      assert.deepEqual(
        seen,
        life.filter((state) => seen.includes(state)),
      );
    }
  }),
);

for (const host of ['127.0.0.1', '::1']) {
  test(
    `bytes, round-trip time, windows and queues over ${host} are what ss says`,
    live(async (t) => {
      const server = await startPeer(t);
      const client = await startPeer(t);
      const port = await server.ask('listen', host, 'echo');
      const local = await client.ask('connect', host, port);
      const nettop = startNettop(t, OPTIONS);
      await fresh(nettop, [port, local]);
      await client.ask('converse', 50, 20_000);
      for (const end of [[port, local] as const, [local, port] as const]) {
        const [info, line] = await quiet(nettop, end);
        assert.deepEqual(measures(line), info);
        assert.deepEqual([info.receiveBytes, info.transmitBytes], [1_000_000, 1_000_000]);
        assert.deepEqual([line.localAddress, line.remoteAddress], [host, host]);
      }
    }),
  );
}

/** What ss says of a connection, and a line of it from a time in which that did not change. */
function quiet(nettop: Nettop, end: Ports, within: readonly string[] = []) {
  return until(`ss says the same of ${end} for the time of a report`, async () => {
    const before = socketInfo(...end, within);
    await fresh(nettop, end); // which may have been swept a moment before
    const line = await fresh(nettop, end);
    return before && isDeepStrictEqual(before, socketInfo(...end, within)) && ([before, line] as const);
  });
}

test(
  'what is not read and what is not sent, and how long the receiver holds it up, are what ss says',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const port = await server.ask('listen', '127.0.0.1', 'deaf');
    const local = await client.ask('connect', '127.0.0.1', port);
    const nettop = startNettop(t, OPTIONS);
    await fresh(nettop, [port, local]);
    await client.ask('pour', 8_000_000);
    const [unread, reader] = await quiet(nettop, [port, local]);
    const before = runningTimes(local, port);
    const [unsent, writer] = await quiet(nettop, [local, port]);
    const after = runningTimes(local, port);
    assert.deepEqual([measures(reader), measures(writer)], [unread, unsent]);
    assert.ok(
      unread.tcp.receiveQueueBytes > 0 && unsent.tcp.unsentBytes > 0,
      'there is something to compare',
    );
    const times = writer.tcp ?? assert.fail('no figures');
    for (const name of ['busyMicroseconds', 'receiverLimitedMicroseconds'] as const) {
      const millisecond = 1000 * Math.floor(times[name] / 1000);
      assert.ok(before[name] <= millisecond && millisecond <= after[name], name);
      assert.ok(before[name] > 0, name);
    }
    assert.equal(times.sendBufferLimitedMicroseconds, 0);
  }),
);

test(
  'a connection that is older than nettop is in the first report, its age not known',
  live(async (t) => {
    const [server, client] = await pair(t, '::1');
    await client.ask('send', 123_456);
    await until('the bytes', async () => (await server.ask('received')) === 123_456);
    const nettop = startNettop(t, OPTIONS);
    const first = await nettop.until('a report', () => nettop.connections[0]);
    const inFirst = () => nettop.connections.filter(({ time }) => time === first.time);
    await nettop.end();
    const lines = [server, client].map(({ pid }) =>
      inFirst().filter((line) => line.pid === pid && line.state !== 'LISTEN'),
    );
    assert.deepEqual(
      lines.flat().map(({ process, state, receiveBytes, transmitBytes, ageSeconds }) => ({
        process,
        state,
        receiveBytes,
        transmitBytes,
        ageSeconds,
      })),
      [
        {
          process: 'nt-server',
          state: 'ESTABLISHED',
          receiveBytes: 123_456,
          transmitBytes: 0,
          ageSeconds: null,
        },
        {
          process: 'nt-client',
          state: 'ESTABLISHED',
          receiveBytes: 0,
          transmitBytes: 123_456,
          ageSeconds: null,
        },
      ],
    );
  }),
);

test(
  'SYN_SENT towards a station that is not there; a segment lost on the way is a retransmit, as ss says',
  live(
    async (t) => {
      const here = createNamespace(t);
      const there = createNamespace(t);
      connectNamespaces(here, there);
      const server = await startPeer(t, { within: there.within });
      const client = await startPeer(t, { within: here.within });
      const port = await server.ask('listen', '192.0.2.2', 'echo');
      const local = await client.ask('connect', '192.0.2.2', port);
      const end = [local, port] as const;
      const nettop = startNettop(t, OPTIONS, here.within);
      await fresh(nettop, end);

      misdirect(here, '192.0.2.2', true);
      const conversation = client.ask('converse', 1, 10_000);
      await nettop.until('a retransmit', () => (nettop.connections.findLast(of(end))?.retransmits ?? 0) > 0);
      misdirect(here, '192.0.2.2', false);
      await conversation;
      const [info, retransmitted] = await quiet(nettop, end, here.within);
      assert.deepEqual(measures(retransmitted), info);
      assert.deepEqual([info.receiveBytes, info.transmitBytes], [10_000, 10_000]);

      misdirect(here, '192.0.2.3', true);
      await client.ask('beginConnect', '192.0.2.3', 7);
      const line = await nettop.until('a SYN retransmitted', () =>
        nettop.connections.findLast(({ remotePort, retransmits }) => remotePort === 7 && retransmits > 0),
      );
      assert.deepEqual(
        [line.state, line.localAddress, line.remoteAddress, line.pid],
        ['SYN_SENT', '192.0.2.1', '192.0.2.3', client.pid],
      );
      await client.ask('drop');
      await nettop.until('it is gone', () => !newest(nettop).some(({ remotePort }) => remotePort === 7));
      await nettop.end();
    },
    ['ip'],
  ),
);
