import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialsOf } from '../../src/protocols/quic.ts';
import { readInitialFrames } from '../../src/protocols/quic-frames.ts';
import { QuicHandshake } from '../../src/protocols/quic-hello.ts';
import { initialKeys, versionOf } from '../../src/protocols/quic-keys.ts';
import {
  CLIENT_FRAME,
  crypto,
  hex,
  initial,
  keysOf,
  SERVER_PACKETS,
  seal,
  type Version,
} from './quic-seal.ts';

const ID = hex('8394c8f03e515708');
const NUMBERS = { v1: 1, v2: 0x6b3343cf } as const;
const VERSIONS: Version[] = ['v1', 'v2'];
/** A.2 of both: header, the first bytes of the packet, its tag, which proves the rest. */
const CLIENT = {
  v1: [
    'c300000001088394c8f03e5157080000449e00000002',
    'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11',
    'e221af44860018ab0856972e194cd934',
  ],
  v2: [
    'd36b3343cf088394c8f03e5157080000449e00000002',
    'd76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485',
    'a18b2faa745b6fe189cf772a9f84cbfc',
  ],
} as const;

function clientPacket(version: Version): Buffer {
  const [header, begin, tag] = CLIENT[version];
  const packet = seal(version, 'client', hex(header), Buffer.concat([CLIENT_FRAME, Buffer.alloc(917)]));
  assert.equal(packet.length, 1200);
  assert.equal(packet.toString('hex', 0, begin.length / 2), begin);
  assert.equal(packet.toString('hex', 1184), tag);
  return packet;
}

test('keys of both versions and sides (A.1)', () => {
  for (const version of VERSIONS)
    for (const side of ['client', 'server'] as const) {
      const known = versionOf(NUMBERS[version]) ?? assert.fail();
      assert.deepEqual(initialKeys(known, ID, side), keysOf(version, side));
    }
});

test('the packets of the RFCs (A.2, A.3): both hellos', () => {
  for (const version of VERSIONS) {
    const handshake = new QuicHandshake();
    const packet = clientPacket(version);
    assert.equal(handshake.datagram('client', packet), true);
    packet.fill(0xaa);
    const hello = handshake.hello('client');
    assert.deepEqual(
      [hello?.serverName, hello?.alpn, hello?.version, hello?.partial],
      ['example.com', ['alpn'], 'TLS 1.3', false],
    );
    assert.equal(handshake.isDone('client'), true);
    handshake.datagram('server', hex(SERVER_PACKETS[version]));
    const answer = handshake.hello('server');
    assert.deepEqual(
      [answer?.cipher, answer?.version, answer?.partial],
      ['AES_128_GCM_SHA256', 'TLS 1.3', false],
    );
  }
});

test('a hello over several datagrams and many pieces, in any order, with other frames between', () => {
  const hello = CLIENT_FRAME.subarray(4);
  const piece = (from: number, to: number) => crypto(from, hello.subarray(from, to));
  const ack = hex('0205000102010003' + '0305000000010203');
  const payloads = [
    Buffer.concat([piece(100, 150), Buffer.alloc(30), piece(0, 40), hex('01'), piece(200, 241)]),
    Buffer.concat([ack, Buffer.alloc(9), piece(150, 200), piece(140, 160)]),
    Buffer.concat([piece(40, 100), Buffer.alloc(100)]),
  ];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [0, 0, 1, 2],
  ]) {
    const handshake = new QuicHandshake();
    const names = order.map((index, number) => {
      const datagram = initial('v1', number, payloads[index] ?? new Uint8Array());
      handshake.datagram('client', datagram);
      datagram.fill(0xaa);
      return handshake.hello('client')?.partial;
    });
    assert.equal(names.at(-1), false, `${order}`);
    assert.ok(!names.slice(0, -1).includes(false));
    assert.equal(handshake.hello('client')?.serverName, 'example.com');
  }
});

test('several packets in one datagram', () => {
  const hello = CLIENT_FRAME.subarray(4);
  const first = initial('v2', 0, crypto(0, hello.subarray(0, 100)));
  const handshakePacket = hex('fd6b3343cf088394c8f03e51570800' + '4004' + '01020304');
  const datagram = Buffer.concat([
    first,
    handshakePacket,
    initial('v2', 1, crypto(100, hello.subarray(100))),
  ]);
  assert.equal(initialsOf(datagram)?.length, 2);
  const handshake = new QuicHandshake();
  handshake.datagram('client', datagram);
  assert.equal(handshake.hello('client')?.partial, false);
});

test('what was cut or damaged does not open, and says nothing', () => {
  const packet = clientPacket('v1');
  for (const length of [0, 1, 6, 20, 40, 600, 1199]) {
    const handshake = new QuicHandshake();
    handshake.datagram('client', packet.subarray(0, length));
    assert.equal(handshake.hello('client'), null);
  }
  for (const at of [0, 3, 8, 20, 30, 700, 1199]) {
    const damaged = Buffer.from(packet);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    const handshake = new QuicHandshake();
    handshake.datagram('client', damaged);
    assert.equal(handshake.hello('client'), null, `${at}`);
  }
  const server = new QuicHandshake();
  server.datagram('server', hex(SERVER_PACKETS.v1));
  assert.equal(server.hello('server'), null, 'the id that the client chose is not known');
});

test('what is no Initial', () => {
  for (const bytes of ['', '40', 'c0000000ff', 'f0000000010008f067a5502a4262b574', 'c00000000115'])
    assert.equal(initialsOf(hex(bytes)), null, bytes);
  assert.equal(new QuicHandshake().datagram('client', Buffer.from('GET / HTTP/1.1\r\n\r\n')), false);
});

test('a side that tells nothing is given up', () => {
  const handshake = new QuicHandshake();
  for (let number = 0; number < 20; number++)
    handshake.datagram('client', initial('v1', number, Buffer.alloc(40)));
  assert.equal(handshake.isDone('client'), true);
});

test('why a connection is closed', () => {
  assert.equal(readInitialFrames(hex('1c4178 00 00'.replaceAll(' ', ''))).closed, 'no_application_protocol');
  assert.equal(readInitialFrames(hex('1c020000')).closed, 'CONNECTION_REFUSED');
  assert.equal(readInitialFrames(hex('1c')).closed, null);
});
