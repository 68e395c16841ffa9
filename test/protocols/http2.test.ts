import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Http2Direction, type Http2Event } from '../../src/protocols/http2.ts';
import { fieldsOf } from '../../src/protocols/http2-fields.ts';
import { beginsHttp2 } from '../../src/protocols/http2-frames.ts';
import { newSeed, seeded } from '../fixtures/filter-random.ts';
import { frame, http2Wire } from './http2-wire.ts';

let wire: { client: Buffer; server: Buffer };

/** Five exchanges: cookies that fill the table, a body, a reset, gRPC with trailers, the first one once more. */
before(async () => {
  const get = { ':path': '/users/1?token=secret', 'x-custom': 'value', cookie: 'secret=1' };
  wire = await http2Wire([
    {
      request: get,
      answer: (stream) => {
        stream.respond({ ':status': 200, etag: 'a' });
        stream.end('hello');
      },
    },
    {
      request: { ':method': 'POST', ':path': '/upload' },
      body: 'x'.repeat(40_000),
      answer: (stream) => {
        stream.resume();
        stream.on('end', () => stream.respond({ ':status': 201 }, { endStream: true }));
      },
    },
    { request: { ':path': '/reset' }, answer: (stream) => stream.close(8) },
    {
      request: { ':method': 'POST', ':path': '/pkg.Service/Call', 'content-type': 'application/grpc' },
      body: 'body',
      answer: (stream) => {
        stream.respond({ 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5', 'grpc-message': 'x' }));
        stream.end('message');
      },
    },
    { request: get, answer: (stream) => stream.respond({ ':status': 404, etag: 'a' }, { endStream: true }) },
  ]);
});

/** What is told of an event, without what is null. */
function short({ kind, stream, isEnd, ...event }: Http2Event): string {
  const parts = [event.method, event.target?.path, event.target?.query, event.authority, event.status];
  const all = [
    `${stream} ${kind}`,
    ...parts,
    event.grpcStatus && `grpc-status ${event.grpcStatus}`,
    event.hasUnknown ? 'unknown' : null,
    isEnd ? 'end' : null,
  ];
  return all.filter((part) => part !== null && part !== undefined).join(' ');
}

const CLIENT = [
  '1 headers GET /users/1 token test.example:80 end',
  '3 headers POST /upload test.example:80',
  '3 end end',
  '5 headers GET /reset test.example:80 end',
  '7 headers POST /pkg.Service/Call test.example:80',
  '7 end end',
  '9 headers GET /users/1 token test.example:80 end',
];
const SERVER = [
  '1 headers 200',
  '1 end end',
  '3 headers 201 end',
  '5 reset end',
  '7 headers 200',
  '7 headers grpc-status 5 end',
  '9 headers 404 end',
];

test('what node says to itself, in one piece and in many', (t) => {
  const random = seeded(newSeed(t));
  assert.ok(beginsHttp2(wire.client));
  for (const most of [1e9, 1, 9, 100, 5000]) {
    assert.deepEqual(told(pieces(wire.client, () => 1 + random(most))), CLIENT, `${most}`);
    assert.deepEqual(told(pieces(wire.server, () => 1 + random(most))), SERVER, `${most}`);
  }
});

test('sizes are those of the frames of a stream, and places those where they begin and end', () => {
  for (const bytes of [wire.client, wire.server])
    for (const { stream, kind, isEnd, wireBytes, start, end } of new Http2Direction().bytes(bytes)) {
      const size = (type: number) => (at: number) =>
        bytes[at + 3] === type ? 9 + bytes.readUIntBE(at, 3) : 0;
      const own = framesOf(bytes).filter((at) => bytes.readUInt32BE(at + 5) === stream && at < end);
      const sizes = own.map((at) => size(0)(at) + size(1)(at) + size(9)(at));
      if (isEnd && kind !== 'reset')
        assert.equal(
          wireBytes,
          sizes.reduce((sum, one) => sum + one),
        );
      assert.ok(own.includes(start));
      assert.equal(end, start + 9 + bytes.readUIntBE(start, 3));
    }
});

test('values of queries where they are asked for', () => {
  const direction = new Http2Direction(true);
  assert.equal(direction.bytes(wire.client)[0]?.target?.query, 'token=…');
});

test('a hole within DATA changes nothing', () => {
  const at = wire.client.indexOf('xxxx');
  const direction = new Http2Direction();
  const events = [
    ...direction.bytes(wire.client.subarray(0, at + 10)),
    ...direction.hole(5000),
    ...direction.bytes(wire.client.subarray(at + 5010)),
  ];
  assert.deepEqual(events.map(short), CLIENT);
});

test('a hole in a header block: that one is unknown, and later ones as far as they take from before', () => {
  const [first = 0, second = 0] = framesOf(wire.client, 1);
  const direction = new Http2Direction();
  const events = [
    ...direction.bytes(wire.client.subarray(0, first + 12)),
    ...direction.hole(3),
    ...direction.bytes(wire.client.subarray(first + 15)),
  ].map(short);
  assert.equal(events[0], '1 headers unknown end');
  assert.equal(events.length, CLIENT.length);
  assert.match(events[1] ?? '', /^3 headers POST \/upload( test.example:80)?( unknown)?$/);
  assert.match(events[6] ?? '', /unknown/);
  for (const event of events) assert.ok(!event.includes('secret'), event);
  assert.ok(second > first);
});

test('joined late, at any frame: nothing is told otherwise than it was', () => {
  for (const [bytes, expected] of [
    [wire.client, CLIENT],
    [wire.server, SERVER],
  ] as const)
    for (const at of framesOf(bytes).slice(1)) {
      const direction = new Http2Direction();
      const events = direction.bytes(bytes.subarray(at)).map((event) => ({ event, text: short(event) }));
      const same = expected.slice(expected.length - events.length);
      for (const [index, { event, text }] of events.entries())
        if (!event.hasUnknown) assert.equal(text, same[index]);
        else assert.equal(text.split(' ')[0], same[index]?.split(' ')[0]);
    }
});

test('a hole that takes a head: nothing is told until it is said where a frame begins', () => {
  const [, second = 0] = framesOf(wire.client, 1);
  const direction = new Http2Direction();
  direction.bytes(wire.client.subarray(0, second));
  assert.deepEqual(direction.hole(4), []);
  assert.equal(direction.isLost, true);
  assert.deepEqual(direction.bytes(wire.client.subarray(second + 4)), []);
  direction.rejoin();
  assert.equal(direction.bytes(wire.client.subarray(second)).map(short)[1], CLIENT[2]);
});

test('a block over CONTINUATION frames, with padding and priority', () => {
  const block = Buffer.from('828641 8cf1e3c2e5f23a6ba0ab90f4ff'.replace(' ', ''), 'hex');
  const headers = frame(1, 0x1 | 0x8 | 0x20, 1, [2, 0, 0, 0, 0, 9, ...block.subarray(0, 3), 0, 0]);
  const rest = [frame(9, 0, 1, block.subarray(3, 5)), frame(9, 0x4, 1, block.subarray(5))];
  const bytes = Buffer.concat([headers, ...rest]);
  for (const size of [1, 5, 1000])
    assert.deepEqual(told(pieces(bytes, () => size)), ['1 headers GET www.example.com end']);
  const other = Buffer.concat([headers, frame(9, 0x4, 3, block.subarray(3)), ...rest]);
  assert.deepEqual(told([other]), []);
  for (const [count, length] of [
    [20, 16_000],
    [8000, 0],
  ] as const) {
    const flood = Array.from({ length: count }, () => frame(9, 0, 1, Buffer.alloc(length)));
    const end = frame(9, 4, 1, block.subarray(3));
    assert.deepEqual(told([Buffer.concat([headers, ...flood, end])]), ['1 headers unknown end']);
  }
});

/** Each part comes in the same memory, which the next one overwrites. */
function told(parts: readonly Uint8Array[]): string[] {
  const direction = new Http2Direction();
  const memory = Buffer.alloc(Math.max(...parts.map(({ length }) => length)));
  return parts
    .flatMap((part) => {
      memory.fill(0xaa).set(part);
      return direction.bytes(memory.subarray(0, part.length));
    })
    .map(short);
}

function pieces(bytes: Uint8Array, size: () => number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += parts.at(-1)?.length ?? 0)
    parts.push(bytes.subarray(at, at + size()));
  return parts;
}

/** Where the frames begin, of that type or of all. */
function framesOf(bytes: Buffer, type?: number): number[] {
  const places: number[] = [];
  for (let at = beginsHttp2(bytes) ? 24 : 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    if (type === undefined || bytes[at + 3] === type) places.push(at);
  return places;
}

test('what is longer than is kept of it tells no beginning of a user', () => {
  const told = (path: string, authority: string) => {
    const fields = [
      { name: ':method', value: 'GET' },
      { name: ':path', value: path },
      { name: ':authority', value: authority },
    ];
    return fieldsOf(fields, true);
  };
  const user = `anna:s3cret${'x'.repeat(8192)}`;
  const { target, authority } = told(`/to/http://${user}@b/`, `${user}@b`);
  assert.deepEqual([target?.path?.slice(0, 20), authority], ['/to/http://', null]);
  assert.equal(told(`/${'a'.repeat(8190)}?`, 'b').target?.path?.length, 8191);
  assert.equal(told('/to/http://b/', 'anna:s3cret@b').authority, 'b');
});
