import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIXED } from '../../src/abi/points.ts';
import { isBetween, PacketSubject } from '../../src/views/trace/packet-subject.ts';
import { btfOf, fieldsByMember } from '../fixtures/bpf.ts';
import { wordsOf } from '../fixtures/samples.ts';

const btf = btfOf('trace');

test('a filter’s fields are those members of packet_event, and no others', () => {
  const layout = btf.layout('packet_event');
  const getters = Object.entries(Object.getOwnPropertyDescriptors(PacketSubject.prototype))
    .filter(([, { get }]) => get)
    .map(([name]) => name as keyof PacketSubject);
  const fields = fieldsByMember(layout, (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const subject = new PacketSubject(
      btf,
      { view },
      {
        interface: (index, netns) => `interface ${index} of ${netns}`,
        process: (pid, cookie) => `process ${pid} of ${cookie}`,
      },
    ).at(0);
    return structuredClone(Object.fromEntries(getters.map((name) => [name, subject[name]])));
  });
  const read = Object.fromEntries(Object.entries(fields).filter(([, names]) => names.length > 0));
  assert.deepEqual(read, {
    cookie: ['process'],
    source: ['source'],
    destination: ['destination'],
    length: ['length'],
    interface: ['interface'],
    netns: ['netns', 'interface'],
    pid: ['pid', 'process'],
    reason: ['reason'],
    source_port: ['sourcePort'],
    destination_port: ['destinationPort'],
    icmp_id: ['icmpId'],
    family: ['family'],
    protocol: ['protocol'],
    tcp_flags: ['flags'],
  });
});

const { size } = btf.layout('packet_event');

test('numbers in host order, addresses in network order', () => {
  const bytes = Buffer.from(Array.from({ length: 2 * size }, (_, at) => at % size));
  const names = { interface: (index: number) => String(index), process: (pid: number) => String(pid) };
  const subject = new PacketSubject(btf, { view: new DataView(bytes.buffer, bytes.byteOffset) }, names).at(
    size,
  );
  const { source, destination, sourcePort, destinationPort, pid, netns, length } = subject;
  assert.deepEqual(
    { source, destination, sourcePort, destinationPort, pid, netns, length },
    {
      source: [0x28292a2b, 0x2c2d2e2f, 0x30313233, 0x34353637],
      destination: [0x38393a3b, 0x3c3d3e3f, 0x40414243, 0x44454647],
      sourcePort: 0xa1a0,
      destinationPort: 0xa3a2,
      pid: 0x7f7e7d7c,
      netns: 0x7b7a7978,
      length: 0x73727170,
    },
  );
});

test('a packet is dropped at kfree_skb and nowhere else', () => {
  const view = new DataView(new ArrayBuffer(size));
  const names = { interface: () => '', process: () => '' };
  const subject = new PacketSubject(btf, { view }, names).at(0);
  const point = btf.layout('packet_event').members.find(({ name }) => name === 'point') ?? assert.fail();
  const droppedAt = FIXED.filter((_, number) => {
    view.setUint16(point.offset, number, true);
    return subject.dropped;
  });
  assert.deepEqual(droppedAt, ['kfree_skb']);
});

test('nobody has no name', () => {
  const view = new DataView(new ArrayBuffer(size));
  const names = { interface: () => '', process: () => assert.fail('asked for the name of nobody') };
  assert.equal(new PacketSubject(btf, { view }, names).at(0).process, null);
});

const ends = (
  protocol: number,
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
) => ({
  protocol,
  source: wordsOf(source),
  sourcePort,
  destination: wordsOf(destination),
  destinationPort,
});

test('a packet is between the ends of a socket in either direction, at any address where the socket is bound to none', () => {
  const packets = {
    there: ends(17, '10.0.0.1', 53, '10.0.0.9', 4000),
    back: ends(17, '10.0.0.9', 4000, '10.0.0.1', 53),
    'by TCP': ends(6, '10.0.0.1', 53, '10.0.0.9', 4000),
    'from another address': ends(17, '10.0.0.2', 53, '10.0.0.9', 4000),
    'to another address': ends(17, '10.0.0.1', 53, '10.0.0.8', 4000),
    'to another port': ends(17, '10.0.0.1', 53, '10.0.0.9', 4001),
  };
  const between = (local: string) => {
    const socket = ends(17, local, 53, '10.0.0.9', 4000);
    return Object.entries(packets).flatMap(([name, packet]) => (isBetween(socket, packet) ? [name] : []));
  };
  assert.deepEqual(['10.0.0.1', '0.0.0.0', '::'].map(between), [
    ['there', 'back'],
    ['there', 'back', 'from another address'],
    ['there', 'back', 'from another address'],
  ]);
});
