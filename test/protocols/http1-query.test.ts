import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHttpHead } from '../../src/protocols/http1.ts';
import { queryNames, queryValues } from '../../src/protocols/http1-query.ts';
import { parseTarget } from '../../src/protocols/http1-target.ts';

/** What is told of a target, without the values of its query and with them. */
function told(target: string): [names: string, values: string] {
  const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const [names = '', values = ''] = [false, true].map((query) => {
    const head = parseHttpHead(bytes, 0, bytes.length, { query, fields: [] });
    if (head?.kind !== 'request') return '';
    const { path, query: asked } = head.target;
    return asked === null ? (path ?? '') : `${path}?${asked}`;
  });
  return [names, values];
}

test('of a query the names alone, unless its values are asked for', () => {
  const cases: [target: string, names: string, values: string][] = [
    ['/?a.b=c&debug&Zm9v.x&&x==&=1', '/?a.b&debug&…&&x&', '/?a.b=c&debug&Zm9v.x&&x==&=1'],
    ['/a;v=2/b;c?q', '/a;v/b;c?q', '/a;v=2/b;c?q'],
    ['/?page=2&sort=name&q=top%20ten', '/?page&sort&q', '/?page=2&sort=name&q=top%20ten'],
    [
      '/?author=anna&passenger=2&keyword=x',
      '/?author&passenger&keyword',
      '/?author=anna&passenger=2&keyword=x',
    ],
    ['/?c2VjcmV0dG9rZW4=', '/?…', '/?…'],
    ['/?ab/c+d==&page=1&debug=', '/?…&page&debug', '/?…&page=1&debug='],
    ['/a;c2VjcmV0dG9rZW4=/b;v=', '/a;…/b;v', '/a;…/b;v='],
    ['/?q=100%25&r=caf%C3%A9&s=%252541', '/?q&r&s', '/?q=100%25&r=caf%C3%A9&s=%252541'],
    ['/?r=design&compass2=n&at=a/b|c(d)', '/?r&compass2&at', '/?r=design&compass2=n&at=a/b|c(d)'],
    ['/to/http://a%2Fb/c@d', '/to/http://a%2Fb/c@d', '/to/http://a%2Fb/c@d'],
  ];
  for (const [target, ...expected] of cases) assert.deepEqual(told(target), expected);
});

/** Each with a credential that reads s3cret, and more. */
const CREDENTIALS = [
  '/?password=s3cret',
  '/?q=1&token=s3cret&x=2',
  '/?access_token=s3cret',
  '/?api-key=s3cret',
  '/?apiKey=s3cret',
  '/?X-Amz-Signature=s3cret&X-Amz-Credential=s3cret/1&X-Amz-Security-Token=s3cret',
  '/?sig=s3cret&se=1',
  '/?user[password]=s3cret',
  '/?pass%77ord=s3cret',
  '/?p%2561ssword=s3cret',
  '/?PHPSESSID=s3cret',
  '/?code=s3cret&state=1',
  '/?token=a?s3cret',
  '/?token=a;s3cret',
  '/?x=1;token=s3cret',
  '/?next=/login?password=s3cret',
  '/?next=%2Flogin%3Fa%3D1%26password%3Ds3cret',
  '/?next=%252Flogin%253Fpassword%253Ds3cret',
  '/?next=http://user:s3cret@b/',
  '/?next=http%3A%2F%2Fuser:s3cret%40b%2F',
  '/?next=http%253A%252F%252Fuser%253As3cret%2540b',
  '/?q={"password":"s3cret"}',
  '/?q=%7B%22password%22%3A%20%22s3cret%22%7D',
  '/?h=Bearer%20s3cret',
  '/?h=Basic+s3cret',
  '/?eyJhbGciOiJIUzI1NiJ9.s3cret',
  '/?a=eyJhbGciOiJIUzI1NiJ9.s3cret.x',
  '/a;jsessionid=s3cret/b?x=1',
  '/to/eyJhbGciOiJIUzI1NiJ9.s3cret.s3cret/b',
  '/a;jsessionid=x&s3cret',
  '/to/http%3A%2F%2Fuser:s3cret%40b/x',
  '/to/http:%2f/user:s3cret@b/x',
  'http://user:s3cret@a/?x=1',
  '/to/http://bob:x%2Fs3cret@b/x',
  '/to/http://bob:x%252Fs3cret@b/x',
  '/to/http:%2F%2Fbob:x%252Fs3cret%40b',
  '/to/http%3A%2f%2Fbob%3Ax%252Fs3cret%40b/x',
  '/?next=http%253A%252F%252Fbob:x%25252fs3cret%2540b',
  '/?next=http://bob:x%2Fs3cret@b/',
  '/?p%25252561ssword=s3cret',
  '/?p%2525252561ssword=s3cret',
  '/?p%252525252561ssword=s3cret',
  '/?next=%25252525252Flogin%25252525253Fpassword%25252525253Ds3cret',
  '/?userpwd=s3cret',
  '/?dbpass=s3cret',
  '/?app_key=s3cret&authKey=s3cret&appcode=s3cret&auth-code=s3cret',
  '/?sign=s3cret&hmacsha256=s3cret',
  '/?next=/cb/token=s3cret',
  '/?x=a|token=s3cret',
  '/?x=(password:s3cret)',
];

test('credentials are never told, also where the values of queries are', () => {
  for (const target of CREDENTIALS)
    for (const text of told(target)) {
      assert.doesNotMatch(text, /s3cret/, target);
      assert.ok(text.startsWith('/'), target);
    }
});

test('a query that is cut anywhere tells no beginning of a credential', () => {
  for (const target of CREDENTIALS)
    for (let end = 1; end <= target.length; end++) {
      const bytes = Buffer.from(`GET ${target.slice(0, end)}`);
      const head = parseHttpHead(bytes, 0, bytes.length, {
        query: true,
        fields: [],
      });
      if (/s3/.test(target.slice(0, end)))
        assert.doesNotMatch(JSON.stringify(head ?? {}), /s3c?r?e?t?/, target);
    }
});

const LONG = 100_000;
const filled = (text: string, length = LONG): string =>
  text.repeat(length / text.length + 1).slice(0, length);

/** Slashes before users, each encoded more often than those that follow it. */
function slashes(): string {
  let text = '';
  for (let depth = Math.floor(Math.sqrt(LONG)); depth > 0; depth--) text += `:%2f%${'25'.repeat(depth)}2f`;
  return text;
}

/** What makes an expression go back and forth, if anything does. */
const HOSTILE = [
  ...['/', '://', ':%2f%2f', '%3a%252f%2f', ':%2f%252f', '=', ';', ';=', '%25', '%', '(', '|a', '/a:'].map(
    (text) => filled(text),
  ),
  ...['a', 'A', '@', '%25', '%2', '=', 'pass', 'app', '%40'].flatMap((text) => [
    `://${filled(text)}`,
    `/:%2f%2f${filled(text)}&`,
    `x=://${filled(text)}/`,
  ]),
  `://%${filled('25')}`,
  `:%2f%${filled('25', LONG / 2)}2f${filled(`%${filled('25', 500)}`, LONG / 2)}`,
  ...[slashes(), `${slashes()}&`],
  ...[`a${filled(' ')}`, filled('a '), filled('(a"'), `x=${filled(' a')}`, `x=/${filled('a.')}`],
  `${filled('=')}x`,
  `${filled('a')}=x`,
];

test('100 kB of hostile text are read in bounded work', () => {
  for (const text of HOSTILE) {
    const begin = process.cpuUsage();
    queryNames(text);
    queryValues(text);
    for (const isCut of [false, true]) parseTarget(`/${text}`, 'GET', true, isCut);
    // Of the processor: others on the machine make the clock's longer.
    const { user, system } = process.cpuUsage(begin);
    const tookMs = (user + system) / 1000;
    assert.ok(tookMs < 1500, `${text.slice(0, 20)} took ${tookMs} ms`);
  }
});
