import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumOf, writeChecksum } from '../../src/private/checksum.ts';
import { hideFrame } from '../../src/private/frame.ts';
import { Pseudonyms } from '../../src/private/pseudonyms.ts';
import { addressBytes, extension, icmp, ipv4, ipv6, tcp, udp } from '../fixtures/packet-bytes.ts';

const MACS = Buffer.from('5254001234565254006543210800', 'hex');
const SECRET = Buffer.from('the secret');
const [V4, V4_FAR] = [addressBytes('10.0.0.1', 4), addressBytes('10.0.0.2', 4)];

const withSum = (packet: Buffer): Buffer => {
  writeChecksum(packet.subarray(0, ((packet[0] ?? 0) & 15) * 4), 10);
  return packet;
};

function hidden(bytes: Uint8Array, hasLink = false, pseudonyms = new Pseudonyms()): Buffer {
  const before = Buffer.from(bytes);
  const made = Buffer.from(hideFrame(bytes, hasLink, pseudonyms));
  assert.deepEqual(Buffer.from(bytes), before, 'what is given stays');
  return made;
}

const has = (frame: Buffer, part: Uint8Array): boolean => frame.includes(Buffer.from(part));

test('a frame keeps its headers but for the addresses, and loses what follows them', () => {
  const pseudonyms = new Pseudonyms();
  const packet = withSum(ipv4({ protocol: 6, rest: Buffer.concat([tcp(0x18, 2), SECRET]) }));
  const frame = hidden(Buffer.concat([MACS, packet]), true, pseudonyms);
  assert.equal(frame.length, 14 + 20 + 28);
  assert.ok(!has(frame, SECRET) && !has(frame, V4) && !has(frame, V4_FAR));
  assert.ok(!has(frame, MACS.subarray(0, 6)) && !has(frame, MACS.subarray(6, 12)));
  assert.equal(frame.toString('latin1', 0, 3), frame.toString('latin1', 6, 9), 'both are of one maker');
  const ip = frame.subarray(14);
  assert.equal(ip.subarray(12, 16).join('.'), pseudonyms.address('10.0.0.1'), 'as a row has it');
  assert.equal(ip.subarray(16, 20).join('.'), pseudonyms.address('10.0.0.2'));
  assert.equal(sumOf(ip.subarray(0, 20)), 0xffff, 'its checksum is right');
  assert.deepEqual(ip.subarray(20, 36), packet.subarray(20, 36), 'ports, numbers, flags, window');
  assert.equal(ip.readUInt16BE(36), 0xffff);
});

test('a checksum of IPv4 that was not right is 0', () => {
  const frame = hidden(ipv4({ protocol: 6, rest: tcp(2) }));
  assert.equal(frame.readUInt16BE(10), 0);
});

test('options of IPv4 are padding', () => {
  const route = Buffer.from([7, 7, 8, ...V4, 0]);
  const frame = hidden(withSum(ipv4({ protocol: 17, rest: udp(4), options: route })));
  assert.deepEqual([...frame.subarray(20, 28)], Array(8).fill(1));
  assert.equal(sumOf(frame.subarray(0, 28)), 0xffff);
});

test('of DNS the header stays', () => {
  const frame = hidden(ipv4({ protocol: 17, rest: Buffer.concat([udp(12), SECRET]) }));
  assert.equal(frame.length, 20 + 8 + 12);
});

test('what ICMP quotes is hidden too, and the gateway of a redirect', () => {
  const quoted = withSum(ipv4({ protocol: 6, rest: tcp(2).subarray(0, 8) }));
  const redirect = icmp(5, 1);
  V4.copy(redirect, 4);
  const frame = hidden(ipv4({ protocol: 1, rest: Buffer.concat([redirect, quoted]) }));
  assert.ok(!has(frame, V4) && !has(frame, V4_FAR));
  assert.equal(frame.length, 20 + 8 + 28);
  assert.equal(sumOf(frame.subarray(20)), 0xffff, 'it is there whole: its checksum is right');
  assert.equal(sumOf(frame.subarray(28, 48)), 0xffff);
  assert.deepEqual(frame.subarray(48), quoted.subarray(20), 'ports and number of what is quoted');
});

test('of an echo the data is cut off', () => {
  const frame = hidden(ipv4({ protocol: 1, rest: Buffer.concat([icmp(8, 0), SECRET]) }));
  assert.equal(frame.length, 28);
  assert.equal(frame.readUInt16BE(22), 0xffff);
});

test('ARP', () => {
  const arp = Buffer.from(`000108000604000152540065432100000000${'00'.repeat(6)}00000000`, 'hex');
  V4.copy(arp, 14);
  V4_FAR.copy(arp, 24);
  const frame = hidden(Buffer.concat([MACS.subarray(0, 12), Buffer.from('0806', 'hex'), arp]), true);
  assert.equal(frame.length, 14 + 28);
  assert.ok(!has(frame, V4) && !has(frame, V4_FAR) && !has(frame, arp.subarray(8, 14)));
  assert.deepEqual(frame.subarray(22, 28), frame.subarray(6, 12), 'the sender is who sent it');
});

test('IPv6, its extensions, and neighbours', () => {
  const pseudonyms = new Pseudonyms();
  const target = addressBytes('2001:db8::7', 16);
  const asked = Buffer.concat([Buffer.from([135, 0, 0, 0, 0, 0, 0, 0]), target]);
  const frame = hidden(
    ipv6(58, Buffer.concat([asked, Buffer.from([1, 1, 1, 2, 3, 4, 5, 6])])),
    false,
    pseudonyms,
  );
  assert.equal(frame.length, 40 + 24, 'without the address of the link');
  assert.ok(!has(frame, target));
  const expected = Buffer.from(target);
  pseudonyms.replace(expected);
  assert.deepEqual(frame.subarray(48), expected);
  const routed = hidden(ipv6(0, Buffer.concat([extension(44, 16), extension(6, 8, 0), tcp(2)])));
  assert.equal(routed.length, 40 + 16 + 8 + 20);
  const later = hidden(ipv6(44, Buffer.concat([extension(6, 8, 0x0100), SECRET])));
  assert.equal(later.length, 48, 'of a later fragment nothing is known');
});

test('packets within tunnels', () => {
  const inner = ipv4({ protocol: 6, rest: Buffer.concat([tcp(2), SECRET]) });
  const vxlan = udp(8); // with its own header
  vxlan.writeUInt16BE(4789, 2);
  vxlan.writeUInt16BE(40_000, 0);
  const ethernet = Buffer.concat([MACS, inner]);
  for (const packet of [
    ipv4({ protocol: 4, rest: inner }),
    ipv4({ protocol: 47, rest: Buffer.concat([Buffer.from('20000800000000ff', 'hex'), inner]) }),
    ipv4({ protocol: 17, rest: Buffer.concat([vxlan, ethernet]) }),
  ]) {
    const frame = hidden(packet);
    assert.ok(!has(frame, V4) && !has(frame, SECRET));
    assert.ok(has(frame, tcp(2).subarray(0, 12)), 'ports and numbers');
  }
});

test('bytes of any kind are taken, and what is not understood is not let through', () => {
  const pseudonyms = new Pseudonyms();
  let state = 5;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
  for (let count = 0; count < 3000; count++) {
    const bytes = Uint8Array.from({ length: next() % 155 }, next);
    if (count % 2 && bytes.length >= 4) bytes.set([0x45, 0, 0, 0x7f], 0);
    const made = hideFrame(bytes, count % 3 === 0, pseudonyms);
    assert.ok(made.length <= bytes.length);
  }
});
