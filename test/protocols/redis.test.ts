import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answering, asking, type ProtocolAnswer } from '../../src/protocols/protocol.ts';
import { redis } from '../../src/protocols/redis.ts';

const command = (...words: string[]) =>
  Buffer.from(
    `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
  );

test('commands by their names alone', () => {
  const requests: [string[], string][] = [
    [['PING'], 'PING'],
    [['get', 'user:42:name'], 'GET'],
    [['AUTH', 'secret'], 'AUTH'],
    [['HELLO', '3', 'AUTH', 'user', 'secret'], 'HELLO'],
    [['CONFIG', 'set', 'requirepass', 'secret'], 'CONFIG SET'],
    [['CLIENT', 'SETINFO', 'LIB-NAME', 'x'], 'CLIENT SETINFO'],
    [['EVAL', 'return 1', '0'], 'EVAL'],
  ];
  for (const [words, name] of requests) {
    const bytes = command(...words);
    assert.deepEqual(redis.request(bytes), asking(name, { length: bytes.length }));
    assert.equal(redis.begins(bytes), 'client');
  }
  assert.equal(redis.request(command('subscribe', 'c'))?.isLast, true);
  assert.equal(redis.request(command('FT.SEARCH', 'index'))?.name, 'FT.SEARCH');
  assert.equal(redis.begins(command('hello', 'world')), 'client');
  assert.equal(redis.begins(command('some', 'words')), null);
});

test('where a command ends is known as soon as its last word begins', () => {
  const pipeline = Buffer.concat([command('INCR', 'a'), command('GET', 'b')]);
  assert.deepEqual(redis.request(pipeline), asking('INCR', { length: command('INCR', 'a').length }));
  const whole = command('SET', 'key', 'v'.repeat(10_000));
  for (let length = 0; length <= 60; length++) {
    const found = redis.request(whole.subarray(0, length));
    assert.ok(found === null || found.name === 'SET');
    assert.equal(found?.length ?? null, length < whole.length - 10_002 ? null : whole.length);
  }
});

test('answers and errors, and where they end', () => {
  const answers: [string, Partial<ProtocolAnswer> | null][] = [
    ['+OK\r\n', { length: 5 }],
    ['$-1\r\n+OK\r\n', { length: 5 }],
    ['$10000\r\nabc', { length: 10_010 }],
    ['*2\r\n$1\r\na\r\n:1\r\n+OK\r\n', { length: 15 }],
    ['*2\r\n*1\r\n:1\r\n*-1\r\n', { length: 17 }],
    ['*2\r\n$1\r\na\r\n', {}],
    ['%1\r\n+a\r\n:1\r\n', { length: 12 }],
    ['|1\r\n+a\r\n:1\r\n+OK\r\n', { length: 17 }],
    ['>2\r\n+a\r\n+b\r\n', { length: 12, isInterim: true }],
    ['-ERR unknown command\r\n', { status: 'error', code: 'ERR', length: 22 }],
    ['-WRONGTYPE Operation against a key', { status: 'error', code: 'WRONGTYPE' }],
    ['-MOVED 3999 127.0.0.1:6381\r\n', { status: 'error', code: 'MOVED', length: 28 }],
    ['!21\r\nSYNTAX invalid syntax\r\n', { status: 'error', code: 'SYNTAX', length: 28 }],
    ['-\x1b[31m\r\n', { status: 'error', length: 8 }],
    ['HTTP/1.1 200 OK\r\n', null],
    ['', null],
  ];
  for (const [text, answer] of answers)
    assert.deepEqual(redis.answer(Buffer.from(text)), answer && answering(answer), text);
});

test('what is no command', () => {
  for (const text of [
    'PING\r\n',
    '*0\r\n',
    '*-1\r\n',
    '*1\n$4\nPING\n',
    '*1\r\n$4\r\n',
    '*1\r\n$4\r\n\x00\x01\x02\x03\r\n',
    '*99999999999\r\n$1\r\na\r\n',
    'GET / HTTP/1.1\r\n',
  ])
    assert.equal(redis.request(Buffer.from(text)), null, text);
});
