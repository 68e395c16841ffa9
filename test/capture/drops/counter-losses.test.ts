import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterLosses } from '../../../src/capture/ledger/counter-losses.ts';
import { Freed } from '../../../src/capture/ledger/freed.ts';
import { dropAtListener, ListenerDrops } from '../../../src/capture/ledger/listener-drops.ts';
import { newSocket, type Socket } from '../../../src/capture/ledger/socket.ts';
import type { DropKey } from '../../../src/capture/records/drop-record.ts';
import {
  LISTEN_COUNTERS,
  type ListenCounter,
  type NetCounters,
  parseConntrack,
  parseNetstat,
} from '../../../src/capture/records/net-counters.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { closing } from '../../fixtures/lives.ts';
import { sample } from '../../fixtures/samples.ts';

const LISTEN = 10;
const NETNS = 77;
type Words = [number, number, number, number];
const ANY: Words = [0, 0, 0, 0];
const HERE: Words = [0, 0, 0xffff, 0x0a000002];
const LOOPBACK: Words = [0, 0, 0xffff, 0x7f000001];

function counters(tcp: Partial<Record<ListenCounter, number>> = {}): NetCounters {
  const none = Object.fromEntries(LISTEN_COUNTERS.map((name) => [name, 0])) as NetCounters['tcp'];
  return { tcp: { ...none, ...tcp }, limits: null, conntrack: null };
}

const listening = (cookie: number, overrides: Partial<SocketSample> = {}): SocketSample =>
  sample(cookie, {
    state: LISTEN,
    netns: NETNS,
    localPort: 80,
    remotePort: 0,
    local: ANY,
    openedNs: 1,
    ...overrides,
  });

const names = {
  reason: (reason: number) => (reason ? `R${reason}` : 'TCP_LISTEN_OVERFLOW'),
  place: () => 'tcp_v4_rcv+0x1',
};

/** Listeners of one network namespace, and its counters as they are now. */
function machine() {
  const listeners = new ListenerDrops();
  const sockets = new Map<number, Socket>();
  const now = new Map([[NETNS, counters()]]);
  const before = new Map([[NETNS, counters()]]);
  const losses = new CounterLosses(listeners, {
    now,
    before,
    restart: () => {},
    tick: () => {},
  });
  const see = (cookie: number, atNs: number, overrides: Partial<SocketSample>) => {
    const read = listening(cookie, overrides);
    const socket = sockets.get(cookie) ?? newSocket(read, false, atNs);
    sockets.set(cookie, socket);
    listeners.see(socket, read, atNs);
  };
  const freed = new Freed(names);
  const told = (atNs: number, last = false) =>
    [...losses.tick(atNs, freed, last)].map(
      ({ counter, socket, count, isLoss }) =>
        `${counter} ${socket?.cookie ?? 'netns'} ${count}${isLoss ? '' : ' no loss'}`,
    );
  const count = (tcp: Partial<Record<ListenCounter, number>>) => now.set(NETNS, counters(tcp));
  return { see, told, count, freed, losses, listeners };
}

test('a listener: so many as the network namespace counts, by the queue that was full', () => {
  const { see, told, count } = machine();
  see(1, 1e9, { drops: 0 });
  see(1, 2e9, { drops: 5, receiveQueue: 4, sendQueue: 3 });
  count({ ListenDrops: 5, ListenOverflows: 5 });
  assert.deepEqual(told(2e9), ['ListenOverflows 1 5']);
  see(1, 3e9, { drops: 7, receiveQueue: 0, sendQueue: 3, handshakes: 3 });
  count({ ListenDrops: 7, ListenOverflows: 5, TCPReqQFullDrop: 2 });
  assert.deepEqual(told(3e9), ['ListenOverflows 1 5', 'TCPReqQFullDrop 1 2']);
});

test('what was freed as dropped too is told there alone', () => {
  const { see, told, count, freed } = machine();
  see(1, 1e9, { drops: 0 });
  // the last step of two handshakes: the kernel counts each twice at the listener
  const key: DropKey = {
    place: 1n,
    reason: 0,
    interface: 0,
    netns: NETNS,
    pid: 0,
    generation: 1,
    traits: 1,
    rule: 0,
    table: 0,
  };
  freed.see(key, { count: 2, bytes: 0, stack: 0 });
  see(1, 2e9, { drops: 7, receiveQueue: 4, sendQueue: 3 });
  count({ ListenDrops: 5, ListenOverflows: 5 });
  assert.deepEqual(told(2e9), ['ListenOverflows 1 3']);
  assert.deepEqual(told(9e9), ['ListenOverflows 1 3']);
});

test('what no listener is seen to have dropped is the network namespace’s, after a while or at the end', () => {
  const { see, told, count } = machine();
  see(1, 1e9, { drops: 0 });
  count({ ListenDrops: 4, ListenOverflows: 4 });
  assert.deepEqual([told(1e9), told(2e9)], [[], []]);
  see(1, 3e9, { drops: 3, receiveQueue: 4, sendQueue: 3 });
  assert.deepEqual(told(3e9), ['ListenOverflows 1 3']);
  assert.deepEqual(told(4.1e9), ['ListenOverflows 1 3', 'ListenOverflows netns 1']);
  count({ ListenDrops: 6, ListenOverflows: 6 });
  assert.deepEqual(told(5e9, true), ['ListenOverflows 1 3', 'ListenOverflows netns 3']);
});

test('SYN cookies are no loss; a restart begins anew', () => {
  const { see, told, count, losses } = machine();
  see(1, 1e9, { drops: 0 });
  see(1, 2e9, { drops: 5 });
  count({ SyncookiesSent: 9, SyncookiesRecv: 2, ListenDrops: 5 });
  assert.deepEqual(told(2e9), [
    'ListenDrops 1 5',
    'SyncookiesSent netns 9 no loss',
    'SyncookiesRecv netns 2 no loss',
  ]);
  losses.restart(3e9);
  count({});
  assert.deepEqual(told(3e9), []);
});

test('a connection that was not made has its listener’s reason, only for an address that is the listener’s', () => {
  const { see, listeners } = machine();
  see(1, 1e9, { drops: 0 });
  see(1, 3e9, { drops: 5, receiveQueue: 4, sendQueue: 3 });
  const attempt = (remote: Words, opened: number, closedNs: number, netns = NETNS) => {
    const read = sample(9, {
      netns,
      local: HERE,
      remote,
      remotePort: 80,
      openedNs: opened,
    });
    const socket = newSocket(read, false, 1e9);
    socket.figures = { ...socket.figures, segmentsSent: 3 };
    const told = {
      cause: 'given up',
      resetBy: null,
      reason: null,
      error: null,
      icmp: null,
      route: null,
    } as const;
    const end = {
      ...closing({ oldState: 2, closedNs }),
      number: 0,
      told,
      drop: null,
      soughtNs: 0,
    };
    return dropAtListener(
      listeners.found.values(),
      socket,
      end,
      (netns, address) => netns === NETNS && address === '10.0.0.9',
    );
  };
  const drop = {
    reason: 'ListenOverflows',
    place: null,
    segments: 3,
    netns: NETNS,
    inferred: true,
  };
  assert.deepEqual(attempt(LOOPBACK, 2e9, 4e9), drop);
  assert.deepEqual(attempt(HERE, 2e9, 4e9), drop, 'from an address to itself');
  assert.deepEqual(
    attempt([0, 0, 0xffff, 0x0a000009], 2e9, 4e9, 5),
    drop,
    'an address of the other namespace',
  );
  assert.equal(attempt([0, 0, 0xffff, 0x08080808], 2e9, 4e9), null, 'the same port elsewhere');
  assert.equal(attempt(LOOPBACK, 2e9, 4e9, 5), null, 'another loopback');
  assert.equal(attempt(LOOPBACK, 4e9, 5e9), null, 'later');
});

test('the kernel’s tables of counters', () => {
  const text = 'TcpExt: A ListenDrops SyncookiesSent\nTcpExt: 1 22 3\nIpExt: ListenDrops\nIpExt: 9\n';
  const { ListenDrops, SyncookiesSent, TCPReqQFullDrop } = parseNetstat(text);
  assert.deepEqual([ListenDrops, SyncookiesSent, TCPReqQFullDrop], [22, 3, 0]);
  const table =
    'entries  found insert_failed drop early_drop\n00000064  0 00000001 0000000a 00000002\n00000064  0 0 00000001 0\n';
  assert.deepEqual(parseConntrack(table), {
    drop: 11,
    insertFailed: 1,
    earlyDrop: 2,
  });
  assert.equal(parseConntrack('other\n'), null);
});
