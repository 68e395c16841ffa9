import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { extension, icmp, ipv4, ipv6, tcp, udp } from '../fixtures/packet-bytes.ts';
import { connectNamespaces, createNamespace, ip } from './namespace.ts';
import { live } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { PacketLine } from './rows.ts';
import { seenAt, startTrace } from './tracing.ts';
import { captureHeaders, type Headers } from './tshark.ts';
import { until } from './until.ts';

const STATION = '02:00:5e:10:00:01';
const MARK = 'the frames end here';
const [IP, IPV6, VLAN, TEB] = [0x0800, 0x86dd, 0x8100, 0x6558];
/** ETH_P_ALL: what is read by type alone has lost its tag. */
const EVERY = 3;
const [TCP, UDP, ICMP, ICMPV6, GRE, IPIP, SIX] = [6, 17, 1, 58, 47, 4, 41];

const words = (...numbers: number[]): Buffer => Buffer.from(numbers.flatMap((n) => [n >> 8, n & 255]));
const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const four = (protocol: number, rest: Buffer, more = {}): Buffer => ipv4({ protocol, rest, ...more });

const ethernet = (type: number, rest: Buffer, ...tags: number[]): Buffer =>
  join(
    Buffer.from(`${STATION.replaceAll(':', '')}02005e100002`, 'hex'),
    ...tags.map((tag) => words(VLAN, tag)),
    words(type),
    rest,
  );

function toPort(port: number, rest: Buffer): Buffer {
  return join(words(40_000, port, 8 + rest.length, 0), rest);
}

const vxlan = (id: number, rest: Buffer): Buffer =>
  toPort(4789, join(words(0x0800, 0, id >> 8, (id & 255) << 8), rest));
const geneve = (id: number, type: number, rest: Buffer, options = 0): Buffer =>
  toPort(6081, join(words(options << 8, type, id >> 8, (id & 255) << 8), option(options), rest));

/** A Geneve option that fills so many words. */
const option = (size: number): Buffer =>
  size === 0 ? Buffer.alloc(0) : join(words(0x0102, size - 1), Buffer.alloc(4 * size - 4));
const authentication = (next: number, rest: Buffer): Buffer =>
  join(Buffer.from([next, 4]), Buffer.alloc(22), rest);

const FRAMES: Buffer[] = [
  ethernet(IP, four(TCP, tcp(0x18, 3, 5))),
  ethernet(IP, four(TCP, tcp(0x10), { options: Buffer.alloc(8, 1) })),
  ethernet(IP, four(ICMP, icmp(8, 0))),
  ethernet(IP, four(ICMP, join(icmp(11, 0), four(UDP, udp(0))))),
  ethernet(IPV6, ipv6(ICMPV6, icmp(129, 0))),
  ethernet(IP, four(132, Buffer.alloc(12))),
  ethernet(IP, four(UDP, udp(24), { fragment: 0x2000 })),
  ethernet(IP, four(UDP, udp(24), { fragment: 0x2004 })),
  ethernet(IP, four(51, authentication(UDP, udp(4)))),
  ethernet(IPV6, ipv6(0, join(extension(60, 8), extension(UDP, 16), udp(4)))),
  ethernet(IPV6, ipv6(44, join(extension(UDP, 8, 1), udp(16)))),
  ethernet(IPV6, ipv6(44, join(extension(UDP, 8, 8), udp(16)))),
  ethernet(IPV6, ipv6(51, authentication(TCP, tcp(2)))),
  ethernet(IP, four(UDP, udp(4)), 0xa005),
  ethernet(IPV6, ipv6(UDP, udp(4)), 100, 200),
  ethernet(IP, four(UDP, vxlan(42, ethernet(IP, four(TCP, tcp(2)))))),
  ethernet(IP, four(UDP, vxlan(0xfffffe, ethernet(IPV6, ipv6(UDP, udp(8)), 9)))),
  ethernet(IPV6, ipv6(UDP, vxlan(7, ethernet(IPV6, ipv6(TCP, tcp(0x10)))))),
  ethernet(IP, four(UDP, geneve(5000, TEB, ethernet(IP, four(ICMP, icmp(8, 0)))))),
  ethernet(IP, four(UDP, geneve(5001, IP, four(UDP, udp(4)), 2))),
  ethernet(IP, four(GRE, join(words(0, IP), four(TCP, tcp(0x11))))),
  ethernet(IP, four(GRE, join(words(0xb000, IPV6, 0, 0, 0, 99, 0, 1), ipv6(UDP, udp(2))))),
  ethernet(IP, four(GRE, join(words(0x2000, TEB, 1, 2), ethernet(IP, four(UDP, udp(2)))))),
  ethernet(IP, four(IPIP, four(TCP, tcp(0x10, 0, 10)))),
  ethernet(IP, four(SIX, ipv6(TCP, tcp(0x10)))),
  ethernet(IPV6, ipv6(IPIP, four(UDP, udp(3))), 5),
  ethernet(IPV6, ipv6(SIX, ipv6(ICMPV6, icmp(128, 0)))),
];
const END = ethernet(IP, four(UDP, join(udp(0), Buffer.from(MARK))));
/** Longer than a page: the kernel puts all but the Ethernet header into pages. */
const LONG = ethernet(IP, four(UDP, udp(6000)));
const PROBE = ethernet(IP, ipv4({ protocol: 254, rest: Buffer.alloc(4) }));

/** What nettop says of a packet, as far as tshark says it too. */
function shared(packet: PacketLine): Headers {
  const { protocol, source, destination, sourcePort, destinationPort, length } = packet;
  const { destinationMac, vlan, icmp: echo, inner, headers } = packet;
  const ends = { protocol, source, destination, sourcePort, destinationPort, length };
  return { ...ends, destinationMac, vlan, icmp: echo, inner, headers };
}

const hex = (frames: Buffer[]): string[] => frames.map((frame) => frame.toString('hex'));

/** Two namespaces with a cable, and a sender of frames at its one end. */
async function startCable(t: TestContext, filter?: string) {
  const [one, other] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(one, other);
  for (const { name } of [one, other]) ip('-n', name, 'link', 'set', 'cable', 'mtu', '9000');
  const sender = async (frames: Buffer[]) => {
    const python = startPythonWithin(
      t,
      ['taskset', '-c', '0', ...one.within],
      'frames',
      'cable',
      ...hex(frames),
    );
    await python.tells(0);
    return python;
  };
  const probe = await sender([PROBE]);
  const nettop = await startTrace(t, [filter ?? `netns ${other.name}`, '--rate-limit', '0'], async () =>
    probe.goOn(),
  );
  const arrived = () =>
    seenAt(nettop.packets, 'netif_receive_skb').filter(
      ({ protocol, destinationMac }) => protocol !== '254' && (destinationMac ?? STATION) === STATION,
    );
  return { other, sender, nettop, arrived };
}

test(
  'VLANs, extension headers, fragments and tunnels: as tshark reads them',
  live(
    async (t) => {
      const { other, sender, nettop, arrived } = await startCable(t);
      const endCapture = await captureHeaders(t, other, 'cable', STATION);
      (await sender([...FRAMES, END])).goOn();
      const captured = await endCapture(MARK);
      await until('all have arrived', () => arrived().length >= FRAMES.length + 1);
      await nettop.end();
      assert.equal(captured.length, FRAMES.length + 1);
      assert.deepEqual(arrived().map(shared), captured);
      assert.deepEqual(new Set(arrived().map(({ netnsName }) => netnsName)), new Set([other.name]));
    },
    ['tcpdump', 'tshark', 'python3', 'taskset'],
  ),
);

test(
  'a packet whose headers lie in pages is shown, and said to be one',
  live(
    async (t) => {
      const { sender, nettop, arrived } = await startCable(t);
      (await sender([LONG])).goOn();
      await until('it has arrived', () => arrived().length > 0);
      await nettop.end();
      const [packet] = arrived();
      assert.deepEqual(
        [packet?.headers, packet?.source, packet?.protocol, packet?.length, packet?.interface !== ''],
        ['not linear', '', '', LONG.length - 14, true],
      );
    },
    ['python3', 'taskset'],
  ),
);

test(
  'a tag that the kernel has taken out of the packet is still told',
  live(
    async (t) => {
      // where the packet has no socket yet its namespace is not known
      const { other, sender, nettop } = await startCable(t, 'host 10.0.0.1');
      const tap = startPythonWithin(t, other.within, 'tap', 'cable', EVERY);
      await tap.tells(0);
      (await sender([ethernet(IP, four(UDP, udp(4)), 0x6007)])).goOn();
      const copied = () =>
        seenAt(nettop.packets, 'skb_copy_datagram_iter').filter(({ vlan }) => vlan !== null);
      await until('it is copied to the reader', () => copied().length > 0);
      await nettop.end();
      assert.deepEqual(
        copied().map(({ vlan, destinationMac }) => [vlan, destinationMac]),
        [[7, STATION]],
      );
    },
    ['python3', 'taskset'],
  ),
);

test(
  'a mark as the socket sets it, and who was running when it was sent',
  live(
    async (t) => {
      const sender = startPythonWithin(t, [], 'marked', '127.0.0.7', 9, 0xabc123);
      await sender.tells(0);
      const nettop = await startTrace(t, ['dst', 'host', '127.0.0.7'], async () => sender.goOn());
      const sent = () =>
        seenAt(nettop.packets, '__dev_queue_xmit').filter(({ protocol }) => protocol === 'udp');
      await until('it is sent', () => sent().length > 0);
      await nettop.end();
      const told = sent().map(({ mark, currentPid, currentProcess }) => [mark, currentPid, currentProcess]);
      assert.deepEqual(told[0], [0xabc123, sender.pid, 'python3']);
    },
    ['python3'],
  ),
);
