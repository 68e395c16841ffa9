import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dialect, parseSql } from '../../src/protocols/sql.ts';

const both: Dialect[] = ['postgresql', 'mysql'];

test('literals are folded, and what is none stays', () => {
  const statements: [string, string, Dialect[]][] = [
    [
      "SELECT * FROM users WHERE name = 'O''Neil' AND id=42",
      'SELECT * FROM users WHERE name = ? AND id=?',
      both,
    ],
    ['select  a1, t2.b_3\n\tFROM t2 -- secret 1\nlimit 10', 'select a1, t2.b_3 FROM t2 limit ?', both],
    ['SELECT 1.5e-3, .5, 0xFF, -7 /* 12 */', 'SELECT ?, -?', both],
    ["INSERT INTO t VALUES (1,'a'), (2, 'b'),(3,'c')", 'INSERT INTO t VALUES (?)', both],
    ['SELECT * FROM t WHERE id IN (1, 2, 3)', 'SELECT * FROM t WHERE id IN (?)', both],
    ['UPDATE t SET x = $1 WHERE y = $2', 'UPDATE t SET x = ? WHERE y = ?', ['postgresql']],
    ["SELECT E'a\\'secret', $$sec'ret$$, $x$a$$b$x$", 'SELECT ?', ['postgresql']],
    ['SELECT "Name" FROM "t""x"', 'SELECT "Name" FROM "t""x"', ['postgresql']],
    ['SELECT "secret\\"s", \'it\\\'s\' FROM `t 1` # x', 'SELECT ? FROM `t 1`', ['mysql']],
    ["SELECT 'it\\'s secret, x' FROM t", 'SELECT ?', ['postgresql']], // by its settings
    ["SELECT 'C:\\\\', 'a\\b' FROM t", 'SELECT ? FROM t', both],
    ['SELECT /* a /* b */ secret */ 1 /* c */', 'SELECT ?', ['postgresql']],
    ['SELECT 0o17, 0xdead_beef, 1_000', 'SELECT ?', both],
    ["SELECT N'a', X'00', b'1'", 'SELECT ?', both],
    ['(SELECT 1) UNION (SELECT 2)', '(SELECT ?) UNION (SELECT ?)', both],
    ["SELECT größe FROM maße WHERE x='ä'", 'SELECT größe FROM maße WHERE x=?', both],
    ['\x1b]0;x\x07SELECT', '', both],
    ['SELECT a\x1b FROM b', 'SELECT a␛ FROM b', both],
  ];
  for (const [sql, folded, dialects] of statements)
    for (const dialect of dialects)
      assert.equal(parse(sql, dialect)?.text ?? '', folded, `${dialect}: ${sql}`);
});

test('the name is the first word', () => {
  assert.deepEqual(
    ['select 1', '/* x */ Insert into t', '(with x as (select 1))', 'BEGIN', '42', '', "'x'"].map(
      (sql) => parse(sql)?.name,
    ),
    ['SELECT', 'INSERT', 'WITH', 'BEGIN', undefined, undefined, undefined],
  );
});

test('of a statement that is cut anywhere no literal is told', () => {
  const secrets =
    "SELECT 'secret one', E'secret\\' two', $$secret three$$, $t$secret four$t$ FROM t -- secret five";
  for (let length = 0; length <= secrets.length; length++)
    assert.ok(!/secr/.test(parse(secrets.slice(0, length))?.text ?? ''), secrets.slice(0, length));
  const others = "SELECT \"secret one\", 'secret\\' two' FROM t # secret";
  for (let length = 0; length <= others.length; length++)
    assert.ok(!/secr/.test(parse(others.slice(0, length), 'mysql')?.text ?? ''), others.slice(0, length));
});

test('long statements are cut, and take no time', () => {
  assert.equal(parse(`SELECT ${'a,'.repeat(5000)}`)?.text, `${`SELECT ${'a,'.repeat(100)}`.slice(0, 160)}…`);
  for (const dialect of both)
    for (const piece of [
      "'",
      '"',
      '\\',
      '$',
      '$a',
      '/*',
      '/*/',
      '*/',
      '--',
      '1',
      'e',
      "e'",
      '`',
      '(1),',
      "'\\",
      '$$',
      ' ',
    ])
      parse(`SELECT ${piece.repeat(65536 / piece.length)}\\`, dialect);
});

function parse(sql: string, dialect: Dialect = 'postgresql') {
  const bytes = Buffer.from(sql);
  return parseSql(bytes, 0, bytes.length, dialect);
}
