import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postgresql } from '../../src/protocols/postgresql.ts';
import { answering, asking } from '../../src/protocols/protocol.ts';

const message = (tag: string, body: string) => {
  const bytes = Buffer.from(`${tag}....${body}`);
  bytes.writeUInt32BE(bytes.length - tag.length, tag.length);
  return bytes;
};
const code = (high: number, low: number) => String.fromCharCode(high >> 8, high & 255, low >> 8, low & 255);
/** Bytes above 127 in the codes of what has no tag. */
const start = (high: number, low: number, rest = '') => {
  const bytes = Buffer.from(`....${code(high, low)}${rest}`, 'latin1');
  bytes.writeUInt32BE(bytes.length);
  return bytes;
};

test('how a connection begins', () => {
  const parameters = start(3, 0, 'user\0alice\0database\0shop\0application_name\0psql\0\0');
  assert.deepEqual(postgresql.request(parameters), asking('STARTUP', { length: parameters.length }));
  assert.equal(postgresql.begins(parameters), 'client');
  assert.deepEqual(
    postgresql.request(start(1234, 5679)),
    asking('SSLREQUEST', { length: 8, isSilent: true }),
  );
  assert.equal(postgresql.request(start(1234, 5678, '12345678'))?.name, 'CANCEL');
  assert.deepEqual(postgresql.answer(Buffer.from('N')), answering({ length: 1, isInterim: true }));
  assert.deepEqual(postgresql.request(message('p', 'secret\0')), asking('p', { length: 12, isSilent: true }));
  const challenge = message('R', '\0\0\0\x05salt');
  assert.deepEqual(postgresql.answer(challenge), answering({ length: 13, isInterim: true }));
  const welcome = Buffer.concat([message('R', '\0\0\0\0'), message('S', 'a\0b\0'), message('Z', 'I')]);
  assert.deepEqual(postgresql.answer(welcome), answering({ length: welcome.length }));
});

test('statements, simple and prepared', () => {
  const sql = "SELECT * FROM t WHERE a = 'x' AND b = $1";
  const detail = 'SELECT * FROM t WHERE a = ? AND b = ?';
  const simple = message('Q', `${sql}\0`);
  assert.deepEqual(postgresql.request(simple), asking('SELECT', { detail, length: simple.length }));
  assert.equal(postgresql.begins(simple), 'client');
  const [parse, bind] = [message('P', `s1\0${sql}\0\0\0`), message('B', '\0s1\0\0\0\0\0\0\0')];
  const [execute, sync] = [message('E', '\0\0\0\0\0'), message('S', '')];
  const told: [Buffer[], Parameters<typeof asking>][] = [
    [
      [parse, bind, execute, sync],
      ['SELECT', { detail, prepares: 's1' }],
    ],
    [
      [parse, sync],
      ['PREPARE', { detail, prepares: 's1' }],
    ],
    [
      [bind, execute, sync],
      ['EXECUTE', { executes: 's1' }],
    ],
    [[sync], ['SYNC']],
    [[message('C', 'Ss1\0'), sync], ['CLOSE']],
  ];
  for (const [parts, [name, more]] of told) {
    const bytes = Buffer.concat(parts);
    assert.deepEqual(postgresql.request(bytes), asking(name, { ...more, length: bytes.length }));
    assert.deepEqual(postgresql.request(Buffer.concat([bytes, simple]))?.length, bytes.length);
  }
  assert.equal(postgresql.begins(Buffer.concat([bind, execute, sync])), 'client');
  assert.equal(postgresql.begins(Buffer.concat([bind, execute])), null);
  assert.deepEqual(postgresql.request(message('X', '')), asking('X', { length: 5, isSilent: true }));
  assert.deepEqual(postgresql.request(message('Q', '\0')), asking('QUERY', { length: 6 }));
  assert.equal(postgresql.request(simple.subarray(0, 20))?.detail, 'SELECT * FROM t');
});

const ERROR = message('E', 'SERROR\0VERROR\0C42P01\0Mrelation "t" does not exist\0\0');
const READY = message('Z', 'I');
const ROWS = [message('T', '\0\0'), message('D', '\0\0'), message('C', 'SELECT 1\0')];

test('answers: an error anywhere makes them one', () => {
  const rows = Buffer.concat([...ROWS, READY]);
  assert.deepEqual(postgresql.answer(rows), answering({ length: rows.length }));
  assert.deepEqual(postgresql.answer(rows.subarray(0, 9)), answering());
  const failed = Buffer.concat([ERROR, READY]);
  const told = { status: 'error', code: '42P01' } as const;
  assert.deepEqual(postgresql.answer(failed), answering({ ...told, length: failed.length }));
  assert.deepEqual(postgresql.answer(Buffer.concat([...ROWS.slice(0, 2), ERROR])), answering(told));
  assert.deepEqual(postgresql.answer(ERROR.subarray(0, 12)), answering({ status: 'error' }));
  assert.deepEqual(postgresql.answer(message('E', 'C\x1b[3m\0\0')), answering({ status: 'error' }));
  assert.deepEqual(postgresql.answer(Buffer.concat([rows, failed])), answering({ length: rows.length }));
  const notice = message('N', 'SNOTICE\0\0');
  assert.deepEqual(postgresql.answer(notice), answering({ length: notice.length, isInterim: true }));
});

test('what an answer ends with, whose middle is not known', () => {
  const row = message('D', 'x'.repeat(40)).subarray(7);
  const [end, error] = [postgresql.end, answering({ status: 'error', code: '42P01' })];
  assert.deepEqual(end?.(Buffer.concat([row, ...ROWS, READY])), { answer: answering(), isOver: true });
  assert.deepEqual(end?.(Buffer.concat([row, ERROR, READY])), { answer: error, isOver: true });
  assert.deepEqual(end?.(Buffer.concat([row, ERROR])), { answer: error, isOver: false });
  assert.deepEqual(end?.(READY), { answer: null, isOver: true });
  assert.deepEqual(end?.(row), { answer: null, isOver: false });
});

test('what is none of it', () => {
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    'HTTP/1.1 200 OK\r\n',
    '*1\r\n$4\r\nPING\r\n',
    '\x16\x03\x01\x02\x00\x01',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '',
  ])
    for (const read of [postgresql.request, postgresql.answer])
      assert.equal(read(Buffer.from(text)), null, text);
  assert.equal(postgresql.begins(message('Q', '\x01\x02\0')), null);
});
