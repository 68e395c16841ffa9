import assert from 'node:assert/strict';
import { test } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import { type DnsMessage, parseDns } from '../../src/protocols/dns.ts';

type Record = NonNullable<Packet['answers']>[number];

const RESPONSE = 0x8180;

test('a question as resolvers send it, with EDNS', () => {
  const bytes = dnsPacket.encode({
    type: 'query',
    id: 0,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'AAAA', name: 'www.Example.com' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: true,
        options: [],
      },
    ],
  });
  assert.deepEqual(parseDns(bytes), {
    id: 0,
    isAnswer: false,
    opcode: 'QUERY',
    questions: 1,
    rcode: 'NOERROR',
    name: 'www.Example.com',
    type: 'AAAA',
    answers: [],
    answerCount: 0,
    isTruncated: false,
    udpSize: 1232,
    partial: false,
  });
});

/** Each kind of record as an encoder that is not ours writes it, with its names compressed. */
const KINDS: [Record, string][] = [
  [{ type: 'A', name: 'a.example', data: '192.0.2.1' }, '192.0.2.1'],
  [{ type: 'AAAA', name: 'a.example', data: '2001:db8::1:0:0:1' }, '2001:db8::1:0:0:1'],
  [{ type: 'CNAME', name: 'a.example', data: 'b.a.example' }, 'b.a.example'],
  [{ type: 'NS', name: 'a.example', data: 'ns.a.example' }, 'ns.a.example'],
  [{ type: 'PTR', name: '1.2.0.192.in-addr.arpa', data: 'a.example' }, 'a.example'],
  [{ type: 'MX', name: 'a.example', data: { preference: 10, exchange: 'mx.a.example' } }, '10 mx.a.example'],
  [{ type: 'TXT', name: 'a.example', data: ['v=spf1 -all', 'a"\\\n'] }, '"v=spf1 -all" "a\\"\\\\\\010"'],
  [
    {
      type: 'SRV',
      name: '_x._tcp.a.example',
      data: { priority: 1, weight: 2, port: 443, target: 'a.example' },
    },
    '1 2 443 a.example',
  ],
  [
    { type: 'CAA', name: 'a.example', data: { flags: 128, tag: 'issue', value: 'ca.example' } },
    '128 issue "ca.example"',
  ],
  [
    {
      type: 'SOA',
      name: 'a.example',
      data: {
        mname: 'ns.a.example',
        rname: 'x.a.example',
        serial: 1,
        refresh: 2,
        retry: 3,
        expire: 4,
        minimum: 5,
      },
    },
    'ns.a.example',
  ],
  [{ type: 'NULL', name: 'a.example', data: Buffer.alloc(7) }, '\\# 7'],
];

test('each kind of record as text, beside dns-packet', () => {
  for (const [record, text] of KINDS) {
    const message = response([{ ...record, ttl: 77 } as Record]);
    assert.deepEqual(parse(message).answers, [
      { name: record.name, type: record.type, ttlSeconds: 77, text },
    ]);
  }
});

test('HTTPS records (RFC 9460)', () => {
  const alpn = [0, 1, 0, 6, 2, 0x68, 0x33, 2, 0x68, 0x32];
  const hints = [0, 4, 0, 4, 192, 0, 2, 7, 0, 6, 0, 16, ...new Uint8Array(15), 1];
  const more = [0, 3, 0, 2, 1, 187, 0, 5, 0, 1, 9, 2, 0, 0, 0];
  const data = Uint8Array.from([0, 1, 0, ...alpn, ...more, ...hints]);
  const [answer] = parse(raw('HTTPS', data)).answers;
  assert.equal(answer?.text, '1 . alpn=h3,h2 port=443 ech key512 ipv4hint=192.0.2.7 ipv6hint=::1');
  assert.equal(parse(raw('HTTPS', data.subarray(0, 9))).answers[0]?.text, '\\# 9');
  assert.equal(parse(raw('A', Uint8Array.from([1, 2, 3]))).answers[0]?.text, '\\# 3');
});

test('outcomes, opcodes and flags', () => {
  const codes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
  assert.deepEqual(
    codes.map((_, code) => parse(response([], RESPONSE | code)).rcode),
    codes,
  );
  assert.equal(parse(response([], RESPONSE | 0x200)).isTruncated, true);
  assert.equal(parse(header(0x2800)).opcode, 'UPDATE');
  for (const impossible of [0x1800, 0x7800]) assert.equal(parseDns(header(impossible)), null);
  const badVersion = response([], RESPONSE, [
    {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 512,
      extendedRcode: 1,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [],
    },
  ]);
  assert.equal(parse(badVersion).rcode, 'BADVERS');
  assert.equal(parse(response([], RESPONSE | 14)).rcode, 'RCODE14');
});

test('ten texts of 200 bytes, cut at 512: what is known, and that it is not all', () => {
  const message = response(
    Array.from({ length: 10 }, () => ({ type: 'TXT', name: 'big.example', data: ['x'.repeat(200)] })),
  );
  const cut = parse(message.subarray(0, 512));
  assert.deepEqual(
    [cut.name, cut.type, cut.answerCount, cut.answers.length, cut.partial],
    ['a.example', 'A', 10, 2, true],
  );
  const whole = parse(message);
  assert.deepEqual([whole.answerCount, whole.answers.length, whole.partial], [10, 10, false]);
});

test('an answer without a question (mDNS) has the name of its first record', () => {
  const bytes = dnsPacket.encode({
    type: 'response',
    id: 0,
    flags: 0x8400 & 0x7fff,
    answers: [{ type: 'PTR', name: '_ipp._tcp.local', ttl: 1, data: 'My Printer._ipp._tcp.local' }],
  });
  const { name, type, answers, partial } = parse(bytes);
  assert.deepEqual([name, type, partial], ['_ipp._tcp.local', 'PTR', false]);
  assert.equal(answers[0]?.text, 'My\\032Printer._ipp._tcp.local');
});

test('names that no resolver may write', () => {
  const names: [string, number[], string | null][] = [
    ['a pointer to itself', [0xc0, 12], null],
    ['two that point to each other', [0xc0, 14, 0xc0, 12], null],
    ['a pointer forward', [0xc0, 20, 0, 0, 0, 0, 0, 0, 1, 0x61, 0], null],
    ['a pointer that is cut', [0xc0], null],
    ['a label of 64', [64, ...new Uint8Array(64), 0], null],
    ['a label beyond the end', [5, 0x61, 0x62], null],
    [
      '256 bytes',
      [...Array.from({ length: 4 }, () => [63, ...new Uint8Array(63).fill(0x61)]).flat(), 0],
      null,
    ],
    ['the root', [0], '.'],
    ['dots, spaces and controls in a label', [5, 0x2e, 0x20, 0x5c, 0x1b, 0xff, 0], '\\.\\032\\\\\\027\\255'],
  ];
  for (const [what, bytes, name] of names) {
    const message = parse(Uint8Array.from([...header(0, 1), ...bytes, 0, 1, 0, 1]));
    assert.equal(message.name, name, what);
    assert.equal(message.partial, name === null, what);
  }
});

test('each beginning of a message, none of which says more or other than the whole', () => {
  const message = response([
    { type: 'CNAME', name: 'a.example', data: 'b.example' },
    { type: 'A', name: 'b.example', data: '192.0.2.1' },
  ]);
  const whole = parse(message);
  for (let length = 0; length < message.length; length++) {
    const cut = parseDns(message.subarray(0, length));
    if (length < 12) assert.equal(cut, null);
    else {
      assert.deepEqual([cut?.partial, cut?.id, cut?.answerCount], [true, whole.id, 2], `${length}`);
      assert.ok(cut?.name === null || cut?.name === whole.name);
      assert.deepEqual(cut?.answers, whole.answers.slice(0, cut?.answers.length));
    }
  }
});

function parse(bytes: Uint8Array): DnsMessage {
  return parseDns(bytes) ?? assert.fail('no message');
}

function response(
  answers: Packet['answers'],
  flags = RESPONSE,
  additionals: Packet['additionals'] = [],
): Buffer {
  const questions = [{ type: 'A' as const, name: 'a.example' }];
  const message = dnsPacket.encode({ type: 'response', id: 4711, flags: 0, questions, answers, additionals });
  message.writeUInt16BE(flags, 2);
  return message;
}

function header(flags: number, questions = 0, answers = 0): Uint8Array {
  return Uint8Array.from([0x12, 0x34, flags >> 8, flags & 255, 0, questions, 0, answers, 0, 0, 0, 0]);
}

/** An answer with one record of that type and data, written by hand. */
function raw(type: string, data: Uint8Array): Uint8Array {
  const number = { A: 1, HTTPS: 65 }[type] ?? 0;
  return Uint8Array.from([...header(0x8000, 0, 1), 0, 0, number, 0, 1, 0, 0, 0, 1, 0, data.length, ...data]);
}
