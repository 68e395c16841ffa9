import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHAPE } from '../../../src/abi/packet.ts';
import { TRACE_POINTS } from '../../../src/attach/points.ts';
import { DIRECTIONS, madeFrame } from '../../../src/capture/records/made-frame.ts';
import type { PacketEvent } from '../../../src/capture/records/packet-event.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';
import { decodeFrame } from '../../fixtures/frame-decode.ts';
import { randomFrame } from '../../fixtures/frame-random.ts';
import { packetEvent } from '../../fixtures/packets.ts';
import { wordsOf } from '../../fixtures/samples.ts';

const [PARTIAL, FRAGMENT, SOCKET, UNBUILT, HIDDEN, LINK] = [1, 2, 4, 8, 16, 32];
/** Which later fragments and packets without a header have, and no frame is made of. */
const WITHOUT = FRAGMENT | HIDDEN;

interface Found extends Record<string, number | string | undefined> {
  family: number;
  from?: string | undefined;
  to?: string | undefined;
  mac?: number;
  status?: number;
}

/** What the kernel tells of a packet with these headers. */
function eventOf({ family, from = '', to = '', mac, status = 0, ...rest }: Found): PacketEvent {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(mac ?? 0, 0, 6);
  return packetEvent({
    ...{ protocol: 0, length: 0, payload: 0, sequence: 0, acknowledgment: 0, tcpFlags: 0 },
    ...{ sourcePort: 0, destinationPort: 0, window: 0, ttl: 0 },
    ...(rest as Partial<PacketEvent>),
    family: family as 4 | 6,
    source: wordsOf(from),
    destination: wordsOf(to),
    mac: bytes,
    status: status | (mac === undefined ? 0 : LINK),
  });
}

/** What stands in the headers of a made frame, read by the RFCs. */
function readAgain(event: PacketEvent): { found: Found | null; size: number } {
  const made = madeFrame(event, 'ip_rcv_finish');
  assert.ok(made);
  const { bytes, hasLink, linkBytes } = made;
  const protocol = event.family === 4 ? 0x0800 : 0x86dd;
  // of ICMP's eight bytes the last four are not always known
  const frame = { bytes: Buffer.concat([bytes, Buffer.alloc(4)]), protocol, whole: event.length };
  return {
    found: decodeFrame(hasLink ? { ...frame, link: linkBytes } : frame) as Found | null,
    size: bytes.length,
  };
}

const TOLD = [
  ...['family', 'from', 'to', 'protocol', 'length', 'ttl', 'sourcePort', 'destinationPort', 'sequence'],
  ...['acknowledgment', 'tcpFlags', 'window', 'payload', 'icmpType', 'icmpId', 'icmpSequence', 'vlan', 'mac'],
];
const told = (found: Found | null) =>
  Object.fromEntries(TOLD.flatMap((name) => (found?.[name] ? [[name, found[name]]] : [])));

test('a made frame says of random packets what their own headers say', (t) => {
  const random = seeded(newSeed(t));
  const seen = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const frame = randomFrame(random);
    const found = decodeFrame(frame) as Found | null;
    if (!found || (found.status ?? 0) & WITHOUT) continue;
    const { status = 0, length, payload, protocol } = found;
    // shorter than its own headers: no frame can say that
    if (protocol === 6 && !(status & PARTIAL) && Number(length) - Number(payload ?? 0) < 60) continue;
    const event = eventOf(found);
    const about = `${round}: ${JSON.stringify({ ...frame, bytes: frame.bytes.toString('hex') })}`;
    const again = readAgain(event);
    assert.deepEqual(told(again.found), told(found), about);
    for (const name of Object.keys(told(found))) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  assert.deepEqual(
    TOLD.filter((name) => (seen.get(name) ?? 0) < 50),
    [],
    JSON.stringify([...seen]),
  );
});

test('as long as the packet’s own headers: options, extensions and what they leave over are padding', () => {
  const segment = { protocol: 6, payload: 1000, ttl: 64, window: 1, sourcePort: 1, destinationPort: 2 };
  for (const [family, network, most] of [
    [4, 20, 80],
    [6, 40, 104],
  ] as const)
    for (let spare = 0; spare <= most; spare += family === 4 || spare < 40 ? 4 : 8) {
      const ends = family === 4 ? ['192.0.2.1', '192.0.2.2'] : ['2001:db8::1', '2001:db8::2'];
      const length = network + 20 + spare + segment.payload;
      const event = eventOf({ family, from: ends[0], to: ends[1], length, ...segment });
      const { found, size } = readAgain(event);
      assert.deepEqual(
        [size, found?.payload, found?.length],
        [network + 20 + spare, 1000, length],
        `${family} ${spare}`,
      );
    }
});

test('nothing is made of addresses that are a socket’s, of later fragments, and where no header was read', () => {
  for (const status of [FRAGMENT, SOCKET, UNBUILT, HIDDEN | PARTIAL])
    assert.equal(madeFrame(packetEvent({ status }), 'ip_rcv'), null);
  assert.equal(madeFrame(packetEvent({ status: PARTIAL }), 'ip_rcv')?.bytes.length, 20);
  assert.equal(madeFrame(packetEvent({ protocol: 132 }), 'ip_rcv')?.bytes.length, 20);
});

test('the way that packets go is that of the function, as the programs know it, and of netfilter’s hook', () => {
  const shapes = new Map<number, 'in' | 'out'>([
    [SHAPE.receive, 'in'],
    [SHAPE.transmit, 'out'],
    [SHAPE.output, 'out'],
  ]);
  for (const { function: name, called } of TRACE_POINTS)
    if (called) assert.equal(DIRECTIONS.get(name), shapes.get(called.shape), name);
  const ways = [1, 2, 3, 4, 5, 6, 7].map((nfHook) => madeFrame(packetEvent({ nfHook }), 'x')?.direction);
  assert.deepEqual(ways, ['in', 'in', 'out', 'out', 'out', 'in', 'out']);
});
