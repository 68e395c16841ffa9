import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacketSubject } from '../src/capture/packet-subject.ts';
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
    source_port: ['sourcePort'],
    destination_port: ['destinationPort'],
    family: ['family'],
    protocol: ['protocol'],
    tcp_flags: ['flags'],
  });
});

test('numbers in host order, addresses in network order', () => {
  const bytes = Buffer.from(Array.from({ length: 240 }, (_, at) => at % 120));
  const names = { interface: (index: number) => String(index), process: (pid: number) => String(pid) };
  const subject = new PacketSubject(btf, new DataView(bytes.buffer, bytes.byteOffset), names).at(120);
  const { source, destination, sourcePort, destinationPort, pid, netns, length } = subject;
  assert.deepEqual(
    { source, destination, sourcePort, destinationPort, pid, netns, length },
    {
      source: [0x20212223, 0x24252627, 0x28292a2b, 0x2c2d2e2f],
      destination: [0x30313233, 0x34353637, 0x38393a3b, 0x3c3d3e3f],
      sourcePort: 0x6968,
      destinationPort: 0x6b6a,
      pid: 0x57565554,
      netns: 0x53525150,
      length: 0x4b4a4948,
    },
  );
});

test('nobody has no name', () => {
  const view = new DataView(new ArrayBuffer(120));
  const names = { interface: () => '', process: () => assert.fail('asked for the name of nobody') };
  assert.equal(new PacketSubject(btf, view, names).at(0).process, null);
});
