import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIXED } from '../src/capture/functions/points.ts';
import { PacketSubject } from '../src/capture/trace/packet-subject.ts';
import { btfOf, fieldsByMember } from './fixtures/bpf.ts';

const btf = btfOf('trace');

test('a filter’s fields are those members of packet_event, and no others', () => {
  const layout = btf.layout('packet_event');
  const getters = Object.entries(Object.getOwnPropertyDescriptors(PacketSubject.prototype))
    .filter(([, { get }]) => get)
    .map(([name]) => name as keyof PacketSubject);
  const fields = fieldsByMember(layout, (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const subject = new PacketSubject(btf, view, {
      interface: (index, netns) => `interface ${index} of ${netns}`,
      process: (pid, cookie) => `process ${pid} of ${cookie}`,
    }).at(0);
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
  const subject = new PacketSubject(btf, new DataView(bytes.buffer, bytes.byteOffset), names).at(size);
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
  const subject = new PacketSubject(btf, view, names).at(0);
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
  assert.equal(new PacketSubject(btf, view, names).at(0).process, null);
});
