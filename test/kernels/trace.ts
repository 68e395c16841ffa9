import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Captured, capture } from '../live/capture.ts';
import { type Nettop, startNettop } from '../live/nettop.ts';
import type { Peer } from '../live/peer.ts';
import type { PacketLine } from '../live/rows.ts';
import { seenAt, shared } from '../live/tracing.ts';
import { until } from '../live/until.ts';
import { DEVICE, HERE, THERE } from './cable.ts';
import { LONG_MS, say } from './guest.ts';

type Hook = 'fentry' | 'kprobe' | 'tracepoint';

/** Functions that a program can be called by, which every packet of the exchange passes once. */
const CALLED = ['ip_output', 'ip_finish_output', '__dev_queue_xmit'];
/** Functions that every packet passes once, as far as each kind of program reaches. */
const BY_ALL: Record<Hook, string[]> = {
  fentry: CALLED,
  kprobe: CALLED,
  tracepoint: ['__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'],
};
/** Functions that every segment with data passes where it is received. */
const BY_DATA: Record<Hook, string[]> = {
  fentry: ['tcp_v4_do_rcv', 'tcp_queue_rcv'],
  kprobe: ['tcp_v4_do_rcv', 'tcp_queue_rcv'],
  tracepoint: ['tcp_rcv_established'],
};

const seen = new Map<Hook, PacketLine[]>();

/** Functions at which packets were seen, sorted. */
export function functionsOf(hook: Hook): string[] {
  return [...new Set(seen.get(hook)?.map((packet) => packet.function))].sort();
}

/** Traces a TCP exchange over the cable by one kind of program and compares it with a capture. */
export async function trace(t: TestContext, hook: Hook, here: Peer, there: Peer): Promise<void> {
  const port = await here.ask('listen', HERE, 'echo');
  await there.ask('bindUdp', THERE);
  const nettop = startNettop(t, ['trace', '--json', '-p', `${port}`, '--rate-limit', '0', '--attach', hook]);
  await readiness(nettop, () => there.ask('sendUdp', 1, 10, HERE, port));
  const endCapture = await capture(t, `tcp port ${port}`, { device: DEVICE, host: THERE });
  const closed = await there.ask('closed');
  const local = await there.ask('connect', HERE, port);
  await there.ask('converse', 5, 1000);
  await there.ask('converse', 1, 100_000);
  await there.ask('finish');
  await here.ask('finish');
  await until('it is closed', async () => (await there.ask('closed')) > closed, LONG_MS);
  const { lost, attach } = await nettop.end();
  const captured = await endCapture();
  const tcp = nettop.packets.filter(({ protocol }) => protocol === 'tcp');
  seen.set(hook, tcp);
  say(`${hook}: ${attach}, ${captured.length} captured; ${hits(tcp)}`);
  assert.deepEqual(lost, { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 });
  compare(hook, tcp, captured);
  assert.deepEqual(strangers(tcp, { [port]: here.pid, [local]: there.pid }), [], 'process and interface');
}

/** From the first packet on that it sees it sees all. */
async function readiness(nettop: Nettop, probe: () => Promise<unknown>): Promise<void> {
  const seesOne = until(
    'the trace sees a packet',
    async () => {
      await probe();
      return nettop.packets.length > 0;
    },
    LONG_MS,
  );
  const ended = nettop.exited.then((code) => assert.fail(`nettop ended with ${code}`));
  await Promise.race([seesOne, ended]);
}

function hits(packets: PacketLine[]): string {
  const counts = new Map<string, number>();
  for (const { function: name } of packets) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

/** Every packet where all pass, every segment with data further up, and nowhere one that is not captured. */
function compare(hook: Hook, packets: PacketLine[], captured: Captured[]): void {
  const data = captured.filter(hasData);
  for (const name of BY_ALL[hook])
    assert.deepEqual(sorted(seenAt(packets, name).map(shared)), sorted(captured), name);
  for (const name of BY_DATA[hook])
    assert.deepEqual(sorted(seenAt(packets, name).map(shared).filter(hasData)), sorted(data), name);
  const whole = new Set(captured.map((packet) => JSON.stringify(packet)));
  const readable = ({ function: name }: PacketLine) => name !== 'sock_def_readable'; // has no headers
  assert.deepEqual(
    packets.filter((packet) => readable(packet) && !whole.has(JSON.stringify(shared(packet)))),
    [],
    'not captured',
  );
}

/** Longer than headers can be. */
const hasData = ({ length }: { length: number }) => length > 120;

/** The capture and each function have the packets of the two directions in an order of their own. */
function sorted(packets: Captured[]): Captured[] {
  const key = (packet: Captured) => JSON.stringify(packet);
  return [...packets].sort((a, b) => (key(a) < key(b) ? -1 : 1));
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
