import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mysql } from '../../src/protocols/mysql.ts';
import { answering, asking } from '../../src/protocols/protocol.ts';

const packet = (sequence: number, ...body: (number | string)[]) => {
  const content = Buffer.concat(
    body.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))),
  );
  return Buffer.concat([Buffer.of(content.length & 255, content.length >> 8, 0, sequence), content]);
};

test('commands', () => {
  const requests: [Buffer, Parameters<typeof asking>, 'client' | null][] = [
    [
      packet(0, 3, "SELECT * FROM t WHERE a = 'x'"),
      ['SELECT', { detail: 'SELECT * FROM t WHERE a = ?' }],
      'client',
    ],
    [
      packet(0, 3, 0, 1, 'insert into t values (1)'),
      ['INSERT', { detail: 'insert into t values (?)' }],
      'client',
    ],
    [packet(0, 22, 'SELECT ?'), ['PREPARE', { detail: 'SELECT ?' }], 'client'],
    [packet(0, 23, '\x01\0\0\0\0\x01\0\0\0'), ['EXECUTE', { executes: '01000000' }], null],
    [packet(0, 14), ['PING'], 'client'],
    [packet(0, 2, 'shop'), ['INIT DB'], null],
    [packet(0, 17, 'alice\0secret'), ['CHANGE USER'], null],
    [packet(0, 1), ['QUIT', { isSilent: true }], 'client'],
    [packet(0, 25, '\x01\0\0\0'), ['CLOSE STATEMENT', { isSilent: true }], 'client'],
  ];
  for (const [bytes, [name, more], begins] of requests) {
    assert.deepEqual(mysql.request(bytes), asking(name, { ...more, length: bytes.length }));
    assert.equal(mysql.begins(bytes), begins, name);
  }
  const long = packet(0, 3, 'SELECT something long');
  const told = { detail: 'SELECT som', length: long.length };
  assert.deepEqual(mysql.request(long.subarray(0, 15)), asking('SELECT', told));
});

test('a login: greeting, who it is, more of a proof', () => {
  const greeting = packet(0, 10, '8.0.36-0ubuntu0.22.04.1\0', '\x08\0\0\0abcdefgh\0');
  assert.equal(mysql.begins(greeting), 'server');
  assert.equal(mysql.request(greeting), null);
  assert.deepEqual(mysql.answer(greeting), answering({ length: greeting.length, isInterim: true }));
  const able = packet(1, 0x05, 0xa2, '\0'.repeat(30), 'alice\0secret');
  const login = asking('LOGIN', { length: able.length });
  assert.deepEqual(mysql.request(able), login);
  assert.equal(mysql.request(packet(1, 0x05, 0xaa, '\0'.repeat(30)))?.isSilent, true); // TLS follows
  assert.equal(mysql.request(packet(3, 'proof')), null);
  assert.equal(mysql.answer(packet(2, 0xfe, 'caching_sha2_password\0salt'), login)?.isInterim, true);
  assert.equal(mysql.answer(packet(2, 1, 3), login)?.isInterim, true);
});

const COLUMN = packet(2, '\x03def\x01a');
const ROW = packet(4, '\x011');
const END = packet(3, 0xfe, 0, 0, 2, 0);
const END_AS_OK = packet(5, 0xfe, 0, 0, 2, 0, 0, 0);

test('answers and errors, and where they end', () => {
  const ok = packet(1, 0, 1, 0, 2, 0, 0, 0);
  assert.deepEqual(mysql.answer(ok), answering({ length: ok.length }));
  const error = packet(1, 0xff, 0x28, 0x04, '#42000You have an error');
  const code = { status: 'error', length: error.length } as const;
  assert.deepEqual(mysql.answer(error), answering({ ...code, code: '1064' }));
  assert.deepEqual(mysql.answer(error.subarray(0, 6)), answering(code));
  const count = packet(1, 1);
  for (const parts of [
    [count, COLUMN, END, ROW, ROW, END],
    [count, COLUMN, ROW, END_AS_OK],
    [count, COLUMN, END, END],
  ]) {
    const rows = Buffer.concat(parts);
    assert.deepEqual(mysql.answer(rows), answering({ length: rows.length }));
    for (let cut = count.length; cut < rows.length; cut++)
      assert.equal(mysql.answer(rows.subarray(0, cut))?.length, null);
    assert.equal(mysql.end?.(rows).isOver, true);
    assert.equal(mysql.end?.(rows.subarray(0, -1)).isOver, false);
  }
  const more = Buffer.concat([count, COLUMN, END, packet(4, 0xfe, 0, 0, 10, 0)]);
  assert.equal(mysql.answer(more)?.length, null);
  const prepared = packet(1, 0, 7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0);
  assert.equal(mysql.answer(prepared, asking('PREPARE'))?.prepared, '07000000');
});

test('what is none of it', () => {
  const others = ['GET / HTTP/1.1\r\n\r\n', '*1\r\n$4\r\nPING\r\n', '\x16\x03\x01\x02\x00\x01', ''].map(
    (text) => Buffer.from(text),
  );
  for (const bytes of [...others, packet(0, 14, 14), packet(0, 99)]) {
    assert.equal(mysql.request(bytes), null);
    assert.equal(mysql.begins(bytes), null);
  }
});
