import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNamespace, type Namespace } from './namespace.ts';
import { counter, runIn, showSign } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';

const [ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH] = [111, 110, 113];
const CLOSED_PORT = 1;
const DROPPED_PORT = 2;
const HOST_UNREACHABLE_PORT = 3;
const PORT_UNREACHABLE_PORT = 4;
const SYN_RETRIES = 1;

/** A namespace in which some ports answer in their own way. */
function failingNamespace(t: TestContext): Namespace {
  const namespace = createNamespace(t);
  runIn(namespace, 'sysctl', '-qw', `net.ipv4.tcp_syn_retries=${SYN_RETRIES}`);
  const chain = 'type filter hook input priority 0;';
  const rules = [
    `tcp dport ${DROPPED_PORT} drop`,
    `tcp dport ${HOST_UNREACHABLE_PORT} reject with icmpx type host-unreachable`,
    `tcp dport ${PORT_UNREACHABLE_PORT} reject with icmpx type port-unreachable`,
  ];
  runIn(namespace, 'nft', `table inet t { chain c { ${chain} ${rules.join('; ')}; }; }`);
  return namespace;
}

function start(t: TestContext, { name }: Namespace): Nettop {
  return startNettop(t, ['connections', '--json', '--interval', '100ms', '--netns', name]);
}

/** The line of a connection that ended, once there is one. */
function ended(nettop: Nettop, remotePort: number): Promise<ConnectionLine> {
  return nettop.until(`the end of the connection to ${remotePort}`, () =>
    nettop.connections.find((line) => line.ending && line.remotePort === remotePort),
  );
}

function told({ state, pid, process, life, ending }: ConnectionLine) {
  const { cause, resetBy, reason } = ending ?? assert.fail('it is open');
  const states = life?.states.map(({ state: name }) => name).join(' ');
  return { state, pid, process, states, cause, resetBy, reason };
}

async function fails(t: TestContext, port: number): Promise<ReturnType<typeof told> & { errno: number }> {
  const namespace = failingNamespace(t);
  const client = startPythonWithin(t, namespace.within, 'attempt', '127.0.0.1', port);
  await client.tells(0);
  const nettop = start(t, namespace);
  await showSign(namespace, () => nettop.connections.length > 0);
  client.goOn();
  const errno = await client.tells(1);
  const tookUs = await client.tells(2);
  const line = await ended(nettop, port);
  const { connectMicroseconds, acceptMicroseconds, synRetransmits } = line.life ?? assert.fail('no life');
  assert.ok(connectMicroseconds !== null && connectMicroseconds <= tookUs);
  assert.equal(acceptMicroseconds, null);
  assert.equal(synRetransmits, counter(namespace, 'Tcp', 'RetransSegs'));
  await nettop.end();
  return { errno, ...told(line), pid: line.pid === client.pid ? 1 : 0 };
}

const failed = { state: 'CLOSE', pid: 1, process: 'python3', states: 'SYN_SENT CLOSE' };

/** The rules are those of the namespace that connects to itself. */
const BY_RULE = 'rejected by a rule on this machine';

for (const [name, port, expected] of [
  ['refused', CLOSED_PORT, { errno: ECONNREFUSED, cause: 'refused', resetBy: 'far end', reason: null }],
  [
    'refused by ICMP',
    PORT_UNREACHABLE_PORT,
    { errno: ECONNREFUSED, cause: 'refused', resetBy: null, reason: `${BY_RULE}: ICMP port unreachable` },
  ],
  [
    'unreachable',
    HOST_UNREACHABLE_PORT,
    { errno: EHOSTUNREACH, cause: 'unreachable', resetBy: null, reason: `${BY_RULE}: ICMP host unreachable` },
  ],
  ['timed out', DROPPED_PORT, { errno: ETIMEDOUT, cause: 'timed out', resetBy: null, reason: null }],
] as const) {
  test(
    `a connection that is not made: ${name}`,
    live(
      async (t) => {
        assert.deepEqual(await fails(t, port), { ...failed, ...expected });
      },
      ['python3', 'nft'],
    ),
  );
}

test(
  'a connection that is not waited for, and whose error is taken before it is closed: unreachable',
  live(
    async (t) => {
      const namespace = failingNamespace(t);
      const client = await startPeer(t, { within: namespace.within });
      const nettop = start(t, namespace);
      await showSign(namespace, () => nettop.connections.length > 0);
      await client.ask('beginConnect', '127.0.0.1', HOST_UNREACHABLE_PORT);
      const line = await ended(nettop, HOST_UNREACHABLE_PORT);
      await nettop.end();
      const { cause, resetBy, reason } = told(line);
      assert.deepEqual(
        { cause, resetBy, reason },
        { cause: 'unreachable', resetBy: null, reason: `${BY_RULE}: ICMP host unreachable` },
      );
    },
    ['python3', 'nft'],
  ),
);

test(
  'a connection that is not waited for: given up',
  live(
    async (t) => {
      const namespace = failingNamespace(t);
      const client = startPythonWithin(t, namespace.within, 'abandon', '127.0.0.1', DROPPED_PORT);
      await client.tells(0);
      const nettop = start(t, namespace);
      await showSign(namespace, () => nettop.connections.length > 0);
      client.goOn();
      await nettop.until('the SYN', () =>
        nettop.connections.some(({ state, pid }) => state === 'SYN_SENT' && pid === client.pid),
      );
      client.goOn();
      const line = await ended(nettop, DROPPED_PORT);
      await nettop.end();
      const end = { cause: 'given up', resetBy: null, reason: null };
      assert.deepEqual(told(line), { ...failed, pid: client.pid, ...end });
    },
    ['python3', 'nft'],
  ),
);

/** RFC 9293, figure 5: the way of the end that closes first, and of the other. */
const ACTIVE = 'FIN_WAIT1 FIN_WAIT2 CLOSE';
const PASSIVE = 'CLOSE_WAIT LAST_ACK CLOSE';
const closed = { cause: 'closed', resetBy: null };

for (const [closer, client, server] of [
  ['client', { states: ACTIVE, ...closed }, { states: PASSIVE, ...closed }],
  ['server', { states: PASSIVE, ...closed }, { states: ACTIVE, ...closed }],
  [
    'client-reset',
    { states: 'CLOSE', cause: 'reset', resetBy: 'this end' },
    { states: 'CLOSE', cause: 'reset', resetBy: 'far end' },
  ],
  [
    'server-reset',
    { states: 'CLOSE', cause: 'reset', resetBy: 'far end' },
    { states: 'CLOSE', cause: 'reset', resetBy: 'this end' },
  ],
] as const) {
  test(
    `both ends of a connection, from its first state to its last: closed by ${closer}`,
    live(
      async (t) => {
        const namespace = createNamespace(t);
        const both = startPythonWithin(t, namespace.within, 'exchange', '127.0.0.1', 5000, 700, closer);
        const port = await both.tells(0);
        const nettop = start(t, namespace);
        await nettop.until('the listener', () =>
          nettop.connections.some(({ localPort }) => localPort === port),
        );
        both.goOn();
        const local = await both.tells(1);
        const lines = [await ended(nettop, port), await ended(nettop, local)];
        await nettop.end();
        assert.deepEqual(
          lines.map((line) => {
            const { states, cause, resetBy, pid } = told(line);
            return { states, cause, resetBy, pid, bytes: [line.receiveBytes, line.transmitBytes] };
          }),
          [
            { ...client, states: `SYN_SENT ESTABLISHED ${client.states}`, pid: both.pid, bytes: [700, 5000] },
            { ...server, states: `SYN_RECV ESTABLISHED ${server.states}`, pid: both.pid, bytes: [5000, 700] },
          ],
        );
        const [fromClient, fromServer] = lines.map(({ life }) => life ?? assert.fail('no life'));
        assert.deepEqual(
          [fromClient?.acceptMicroseconds, fromServer?.connectMicroseconds],
          [null, null],
          'one was connected, the other accepted',
        );
      },
      ['python3'],
    ),
  );
}

test(
  'a SYN that is lost: the time to connect is that of its repetition',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const first = 'tcp flags & (syn|ack) == syn limit rate 1/day burst 1 packets drop';
      runIn(namespace, 'nft', `table inet t { chain c { type filter hook input priority 0; ${first}; }; }`);
      const server = await startPeer(t, { within: namespace.within });
      const port = await server.ask('listen', '127.0.0.1');
      const client = startPythonWithin(t, namespace.within, 'attempt', '127.0.0.1', port);
      await client.tells(0);
      const nettop = start(t, namespace);
      await nettop.until('the listener', () => nettop.connections.length > 0);
      client.goOn();
      assert.equal(await client.tells(1), 0);
      const tookUs = await client.tells(2);
      const { life, retransmits } = await ended(nettop, port);
      await nettop.end();
      const { connectMicroseconds, synRetransmits } = life ?? assert.fail('no life');
      assert.deepEqual({ synRetransmits, retransmits }, { synRetransmits: 1, retransmits: 1 });
      // TCP_TIMEOUT_INIT, less one tick of the kernel's clock
      assert.ok(connectMicroseconds !== null && connectMicroseconds >= 990_000);
      assert.ok(connectMicroseconds <= tookUs, `${connectMicroseconds} of ${tookUs}`);
    },
    ['python3', 'nft'],
  ),
);
