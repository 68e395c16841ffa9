import dnsPacket from 'dns-packet';
import { textOf } from '../../src/protocols/bytes.ts';
import { Chunks } from '../../src/protocols/chunks.ts';
import { parseDns } from '../../src/protocols/dns.ts';
import { Hpack } from '../../src/protocols/hpack.ts';
import { parseHttpHead } from '../../src/protocols/http1.ts';
import { Http2Direction } from '../../src/protocols/http2.ts';
import { mysql } from '../../src/protocols/mysql.ts';
import { foldPath } from '../../src/protocols/path-fold.ts';
import { postgresql } from '../../src/protocols/postgresql.ts';
import type { Protocol } from '../../src/protocols/protocol.ts';
import { initialsOf } from '../../src/protocols/quic.ts';
import { readInitialFrames } from '../../src/protocols/quic-frames.ts';
import { QuicHandshake } from '../../src/protocols/quic-hello.ts';
import { redis } from '../../src/protocols/redis.ts';
import { parseTls } from '../../src/protocols/tls.ts';
import { parseHello } from '../../src/protocols/tls-hello.ts';
import { CLIENT_FRAME, initial } from './quic-seal.ts';

const dns = dnsPacket.encode({
  type: 'response',
  id: 4711,
  questions: [{ type: 'A', name: 'www.example.com' }],
  answers: [
    { type: 'CNAME', name: 'www.example.com', data: 'a.example.com' },
    { type: 'A', name: 'a.example.com', data: '192.0.2.1' },
    { type: 'TXT', name: 'a.example.com', data: ['one', 'two'] },
  ],
});

/** RFC 8448, 3: ClientHello of a simple handshake of TLS 1.3. */
const hello = Buffer.from(
  '010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000' +
    '910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000' +
    '00330026' +
    '0024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020' +
    '001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001',
  'hex',
);

/** A message of each protocol, well-formed. */
export const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  dns,
  tls: Uint8Array.from([22, 3, 1, 0, hello.length, ...hello]),
  hello,
  httpRequest: Buffer.from(
    'POST http://u:p@a.example/x;y=1?q=2&r HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
  ),
  httpResponse: Buffer.from(
    'HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nTransfer-Encoding: gzip,\r\n chunked\r\nServer: x\r\n\r\n5\r\n',
  ),
  chunks: Buffer.from('5;x=y\r\nhello\r\n0\r\nT: x\r\n\r\n'),
  hpack: Buffer.from(
    '8286418cf1e3c2e5f23a6ba0ab90f4ff400a637573746f6d2d6b65790d637573746f6d2d686561646572be',
    'hex',
  ),
  http2: Buffer.from(
    '505249202a20485454502f322e300d0a0d0a534d0d0a0d0a000000040000000000000011010500000001' +
      '8286418cf1e3c2e5f23a6ba0ab90f4ff8400000300010000000161626300000403000000000100000008',
    'hex',
  ),
  quic: initial('v1', 0, CLIENT_FRAME),
  quicFrames: Buffer.concat([
    Buffer.from('02050001020100030001', 'hex'),
    CLIENT_FRAME,
    Buffer.of(0x1c, 2, 0, 0),
  ]),
  path: Buffer.from('/users/42/a1b2c3d4/2026-11-28'),
  redis: Buffer.from('*3\r\n$3\r\nSET\r\n$6\r\nuser:1\r\n$1\r\nx\r\n'),
  redisError: Buffer.from('-WRONGTYPE Operation against a key\r\n'),
  postgresql: Buffer.from('P\0\0\0\x26s1\0SELECT * FROM t WHERE a = $1\0\0\0'),
  postgresqlStart: Buffer.from('\0\0\0\x1e\0\x03\0\0user\0alice\0database\0d\0\0'),
  postgresqlError: Buffer.from('E\0\0\0\x1aSERROR\0C42P01\0Mno t\0\0Z\0\0\0\x05I'),
  mysql: Buffer.from("\x1d\0\0\0\x03SELECT 'a', 1 FROM `t` WHERE"),
  mysqlError: Buffer.from([12, 0, 0, 1, 255, 0x28, 4, ...Buffer.from('#42000x')]),
};

/** Everything that a protocol says of the bytes. */
const all = (protocol: Protocol) => (bytes: Uint8Array) => [
  protocol.begins(bytes),
  protocol.request(bytes),
  protocol.answer(bytes),
  protocol.answer(bytes, protocol.request(bytes)),
  protocol.end?.(bytes),
];

/** Everything that reads bytes from outside. */
export const PARSERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  dns: (bytes) => parseDns(bytes),
  tls: (bytes) => parseTls(bytes),
  hello: (bytes) => parseHello(bytes),
  httpRequest: (bytes) => parseHttpHead(bytes, 0, bytes.length, { query: true, fields: ['server', 'host'] }),
  httpResponse: (bytes) => parseHttpHead(bytes),
  chunks: (bytes) => {
    const chunks = new Chunks();
    return [chunks.bytes(bytes), chunks.state, chunks.content];
  },
  hpack: (bytes) => {
    const hpack = new Hpack(() => true);
    return [hpack.decode(bytes), hpack.decode(bytes)]
      .flatMap((fields) => fields ?? [])
      .map(({ name, value }) => [name?.length ?? 0, value?.length ?? 0]);
  },
  http2: (bytes) => {
    const direction = new Http2Direction();
    return [...direction.bytes(bytes), ...direction.hole(3), ...direction.bytes(bytes)];
  },
  quic: (bytes) => {
    const handshake = new QuicHandshake();
    const initials = initialsOf(bytes)?.map(({ numberAt, isCut }) => [numberAt, isCut]);
    return [
      initials,
      handshake.datagram('client', bytes),
      handshake.hello('client'),
      handshake.closed('client'),
    ];
  },
  quicFrames: (bytes) => {
    const { pieces, closed } = readInitialFrames(bytes);
    return [pieces.map(({ offset, bytes }) => [offset, bytes.length]), closed];
  },
  path: (bytes) => foldPath(textOf(bytes, 0, bytes.length)),
  redis: all(redis),
  postgresql: all(postgresql),
  mysql: all(mysql),
};
