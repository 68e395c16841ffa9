import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Captured, capture } from '../live/capture.ts';
import { type Nettop, startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import type { PacketLine } from '../live/rows.ts';
import { seenAt, shared } from '../live/tracing.ts';
import { until } from '../live/until.ts';
import { DEVICE, HERE, THERE } from './cable.ts';
import { say } from './guest.ts';

export type Hook = 'fentry' | 'kprobe' | 'kprobe-multi' | 'tracepoint';

/** A function on a packet's way. */
interface Part {
  function: string;
  /** 'data': segments with data pass it, others need not. 'some': it tells that data is there, at times for several. */
  passedBy: 'all' | 'data' | 'some';
}

const TRANSMIT: Part[] = ['ip_output', 'ip_finish_output', '__dev_queue_xmit'].map(passedByAll);
const CALLED: Part[] = [
  ...TRANSMIT,
  ...['netif_receive_skb', 'ip_rcv_finish'].map(passedByAll),
  { function: 'tcp_v4_do_rcv', passedBy: 'data' },
  { function: 'tcp_queue_rcv', passedBy: 'data' },
  { function: 'sock_def_readable', passedBy: 'some' },
];
/** The way as far as each kind of program reaches. */
const WAYS: Record<Hook, Part[]> = {
  fentry: CALLED,
  kprobe: CALLED,
  'kprobe-multi': CALLED,
  tracepoint: [
    ...['__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'].map(passedByAll),
    { function: 'tcp_rcv_established', passedBy: 'data' },
  ],
};

function passedByAll(name: string): Part {
  return { function: name, passedBy: 'all' };
}

const NOTHING_LOST = { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 };

/** The socket has no headers; what waits to be read is one packet out of several. */
const ELSEWISE = new Set(['sock_def_readable', 'skb_copy_datagram_iter', 'consume_skb']);

const seen = new Map<Hook, PacketLine[]>();

/** Functions that called a program with a packet, sorted. */
export function functionsOf(hook: Hook): string[] {
  const called = seen.get(hook)?.filter((packet) => packet.hook !== 'tracepoint');
  return [...new Set(called?.map((packet) => packet.function))].sort();
}

/** Traces a TCP exchange over the cable by one kind of program and compares it with a capture. */
export async function trace(t: TestContext, hook: Hook, here: Peer, there: Peer): Promise<void> {
  const port = await here.ask('listen', HERE, 'echo');
  await there.ask('bindUdp', THERE);
  const nettop = startNettop(t, ['trace', '--json', '-p', `${port}`, '--rate-limit', '0', '--attach', hook]);
  await readiness(nettop, () => there.ask('sendUdp', 1, 10, HERE, port));
  const endCapture = await capture(t, `tcp port ${port}`, { device: DEVICE, host: THERE });
  const coalesced = () => coalescedIn(here) + coalescedIn(there);
  const before = coalesced();
  const closed = await there.ask('closed');
  const local = await there.ask('connect', HERE, port);
  await there.ask('converse', 5, 1000);
  await there.ask('converse', 1, 100_000);
  await there.ask('finish');
  await here.ask('finish');
  await until('it is closed', async () => (await there.ask('closed')) > closed);
  const { lost, attach } = await nettop.end();
  const captured = await endCapture();
  const tcp = nettop.packets.filter(({ protocol }) => protocol === 'tcp');
  seen.set(hook, tcp);
  say(`${hook}: ${attach}, ${captured.length} captured, ${lost.recursionMissed} missed; ${hits(tcp)}`);
  assert.deepEqual({ ...lost, recursionMissed: 0 }, NOTHING_LOST);
  compare(WAYS[hook], tcp, captured, lost.recursionMissed, coalesced() - before);
  assert.deepEqual(strangers(tcp, { [port]: here.pid, [local]: there.pid }), [], 'process and interface');
}

/** Segments that came while a process had the socket, and went on as one with the one before (tcp_add_backlog). */
function coalescedIn({ pid }: Peer): number {
  const [names = [], values = []] = readFileSync(`/proc/${pid}/net/netstat`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('TCPBacklogCoalesce')] ?? 0);
}

/** From the first packet on that it sees it sees all. */
async function readiness(nettop: Nettop, probe: () => Promise<unknown>): Promise<void> {
  await nettop.until('the trace sees a packet', async () => {
    await probe();
    return nettop.packets.length > 0;
  });
}

function hits(packets: PacketLine[]): string {
  const counts = new Map<string, number>();
  for (const { function: name } of packets) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

/**
 * Every packet where all pass, every segment with data further up, and nowhere one that is not captured. As many as
 * nettop tells as missed in recursion may be absent. Of two segments that the kernel made one of, data sees that one.
 */
function compare(
  way: Part[],
  packets: PacketLine[],
  captured: Captured[],
  missed: number,
  coalesced: number,
): void {
  const unseen = way.filter(({ function: name }) => seenAt(packets, name).length === 0);
  assert.deepEqual(unseen, []);
  const merged = (name: string) =>
    way.some((part) => part.function === name && part.passedBy === 'data') ? coalesced : 0;
  const absent = way.flatMap(({ function: name, passedBy }) => {
    const due = { all: captured, data: captured.filter(hasData), some: [] }[passedBy];
    const gone = minus(due, seenAt(packets, name).map(shared)).slice(2 * merged(name));
    return gone.map((packet) => ({ name, packet }));
  });
  if (absent.length > missed)
    assert.deepEqual(absent, [], `absent, but ${missed} missed, ${coalesced} coalesced`);
  const extra = [...new Set(packets.map((packet) => packet.function))]
    .filter((name) => !ELSEWISE.has(name))
    .flatMap((name) => {
      const unknown = minus(seenAt(packets, name).map(shared), captured).slice(merged(name));
      return unknown.map((packet) => ({ name, packet }));
    });
  assert.deepEqual(extra, [], 'not captured');
}

/** Longer than headers can be. */
const hasData = ({ length }: { length: number }) => length > 120;

/** The packets of one list that the other has not, or not as often. */
function minus(packets: Captured[], others: Captured[]): Captured[] {
  const left = others.map((packet) => JSON.stringify(packet));
  return packets.filter((packet) => {
    const at = left.indexOf(JSON.stringify(packet));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Packets with data that have another process than the one that sends or will receive them, or another interface. */
function strangers(packets: PacketLine[], owner: Record<number, number>): PacketLine[] {
  return packets.filter(({ function: name, length, sourcePort, destinationPort, pid, interface: device }) => {
    if (!hasData({ length }) || /^(consume|kfree)_skb$/.test(name)) return false; // freed: of nobody any more
    const at = /xmit|output/.test(name) ? sourcePort : destinationPort;
    const elsewhere = name !== 'ip_output' && !/^(cable|#\d+)$/.test(device);
    return owner[at ?? 0] !== pid || elsewhere;
  });
}
