import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persists, requestBody, responseBody } from '../../src/protocols/body.ts';
import { type HttpRequestHead, type HttpResponseHead, parseHttpHead } from '../../src/protocols/http1.ts';

const bytesOf = (text: string) => Buffer.from(text);

test('a request and a response', () => {
  const text = 'GET /index.html?a=1&b=2 HTTP/1.1\r\nHost: example.com:8080\r\nCookie: secret\r\n\r\nbody';
  assert.deepEqual(parseHttpHead(bytesOf(text)), {
    kind: 'request',
    method: 'GET',
    target: { form: 'origin', path: '/index.html', query: 'a&b', host: null },
    isTargetCut: false,
    version: '1.1',
    fields: {
      host: 'example.com:8080',
      length: null,
      isLengthBad: false,
      coding: null,
      closes: false,
      keepsAlive: false,
      upgrade: null,
      expectsContinue: false,
      chosen: {},
    },
    end: text.indexOf('body'),
  });
  const { kind, status, fields, end } = response(
    '404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n',
  );
  assert.deepEqual([kind, status, fields.length, fields.closes, end], ['response', 404, 5, true, 64]);
});

test('a range in the middle of a memory', () => {
  const memory = bytesOf('xx\nGET / HTTP/1.1\r\nHost: a\r\n\r\nHost: b\r\n\r\n');
  const head = parseHttpHead(memory, 3, 30);
  assert.deepEqual([head?.fields.host, head?.end], ['a', 27]);
  assert.equal(parseHttpHead(memory, 3, 28)?.end, null);
});

test('the forms of a target', () => {
  const forms: [string, string, string | null, string | null, string | null][] = [
    ['GET /', 'origin', '/', null, 'field'],
    ['GET /a;jsessionid=1/b;c?q', 'origin', '/a;jsessionid/b;c', 'q', 'field'],
    ['GET http://user:word@a.example:81/p?x=1', 'absolute', '/p', 'x', 'a.example:81'],
    ['GET http://a.example', 'absolute', '/', null, 'a.example'],
    ['GET http://a.example?x=1', 'absolute', '/', 'x', 'a.example'],
    ['CONNECT a.example:443', 'authority', null, null, 'a.example:443'],
    ['CONNECT [2001:db8::1]:443', 'authority', null, null, '[2001:db8::1]:443'],
    ['OPTIONS *', 'asterisk', '*', null, 'field'],
    ['M-SEARCH *', 'asterisk', '*', null, 'field'],
    ['GET nonsense', 'origin', 'nonsense', null, 'field'],
    ['GET http://user:wo/rd@a.example/p', 'absolute', '…', null, 'field'],
    ['GET user:word@a.example/p', 'origin', 'a.example/p', null, 'field'],
    [
      'GET /to/http://user:word@a.example/p?next=http://u:w@b',
      'origin',
      '/to/http://a.example/p',
      'next',
      'field',
    ],
    ['CONNECT user:word@a.example:443', 'authority', null, null, 'a.example:443'],
    ['CONNECT user:word', 'authority', null, null, 'field'],
  ];
  for (const [line, form, path, query, host] of forms) {
    const head = request(`${line} HTTP/1.1\r\nHost: field\r\n\r\n`);
    assert.deepEqual(
      [head.target.form, head.target.path, head.target.query, head.fields.host],
      [form, path, query, host],
    );
  }
});

test('of users and passwords nothing is told, whole or cut, in a target or in Host, with values of queries or without', () => {
  const secret = /user|word/;
  const whole =
    'GET http://user:pass-word@a.example/p?x=http://user:word@b/ HTTP/1.1\r\nHost: user:word@a\r\n\r\n';
  const others = [
    'CONNECT user:word@a.example:443 HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: user:wo/rd@a.example\r\nAuthorization: Basic word\r\nCookie: user=word\r\n\r\n',
  ];
  for (const text of [whole, ...others])
    for (let end = 16; end <= text.length; end++)
      for (const query of [false, true]) {
        const head = parseHttpHead(bytesOf(text.slice(0, end)), 0, undefined, { query, fields: [] });
        assert.doesNotMatch(JSON.stringify(head ?? {}), secret, text.slice(0, end));
      }
});

test('fields that were asked for, no others, and no credentials', () => {
  const text =
    'GET / HTTP/1.1\r\nUser-Agent:  curl/8 \r\nX-Id: a\r\n  b\r\nCookie: c\r\nAccept: \x1b]0;x\x07\r\n\r\n';
  const wishes = { query: false, fields: ['user-agent', 'x-id', 'accept', 'etag', 'cookie'] };
  assert.deepEqual(parseHttpHead(bytesOf(text), 0, undefined, wishes)?.fields.chosen, {
    'user-agent': 'curl/8',
    'x-id': 'a b',
    accept: '␛]0;x␇',
  });
});

test('lengths (RFC 9112, 6.3)', () => {
  const lengths: [string, number | null, boolean][] = [
    ['Content-Length: 0', 0, false],
    ['content-length:007', 7, false],
    ['CONTENT-LENGTH: 5\r\nContent-Length: 5', 5, false],
    ['Content-Length: 5, 5', 5, false],
    ['Content-Length: 5, 6', null, true],
    ['Content-Length: 5\r\nContent-Length: 6\r\nContent-Length: 6', null, true],
    ['Content-Length: -1', null, true],
    ['Content-Length: +1', null, true],
    ['Content-Length: 0x10', null, true],
    ['Content-Length:', null, true],
    ['Content-Length: 99999999999999999999', null, true],
    ['Content-Length: 900000000000000', 900000000000000, false],
    ['Content-Length: 1\r\n 2', null, true],
    ['X-Content-Length: 5\r\nContent-Length-X: 6', null, false],
  ];
  for (const [fields, length, isLengthBad] of lengths) {
    const head = response(`200 OK\r\n${fields}\r\n`);
    assert.deepEqual([head.fields.length, head.fields.isLengthBad], [length, isLengthBad], fields);
  }
});

test('lines that end in LF alone, folded ones, spaces, empty lines before the first, no colon', () => {
  const head = request(
    '\r\nPOST /a HTTP/1.0\nHost\t: a.example\nTransfer-Encoding:\r\n gzip,\r\n\tchunked\nnonsense\nExpect: 100-Continue\n\n',
  );
  assert.deepEqual(
    [head.fields.host, head.fields.coding, head.fields.expectsContinue, head.version, head.end],
    ['a.example', 'chunked', true, '1.0', 104],
  );
});

test('whether the connection goes on', () => {
  const cases: [string, boolean][] = [
    ['GET / HTTP/1.1\r\n', true],
    ['GET / HTTP/1.1\r\nConnection: close\r\n', false],
    ['GET / HTTP/1.1\r\nConnection: Upgrade, CLOSE\r\n', false],
    ['GET / HTTP/1.0\r\n', false],
    ['GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n', true],
    ['GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n', false],
    ['GET / HTTP/1.1\r\nConnection: not-close\r\n', true],
  ];
  for (const [text, expected] of cases) assert.equal(persists(request(`${text}\r\n`)), expected, text);
});

test('which body a message has (RFC 9112, 6.3)', () => {
  const answers: [string, string | null, string][] = [
    ['200 OK\r\nContent-Length: 5', 'GET', 'length'],
    ['200 OK\r\nContent-Length: 5', 'HEAD', 'none'],
    ['200 OK\r\nContent-Length: 5', null, 'unknown'],
    ['204 No Content\r\nContent-Length: 5', null, 'none'],
    ['304 Not Modified\r\nContent-Length: 5', 'GET', 'none'],
    ['304 Not Modified\r\nTransfer-Encoding: chunked', 'GET', 'none'],
    ['100 Continue', 'POST', 'none'],
    ['103 Early Hints\r\nLink: x', 'GET', 'none'],
    ['101 Switching Protocols\r\nUpgrade: websocket', 'GET', 'tunnel'],
    ['200 OK', 'CONNECT', 'tunnel'],
    ['407 Proxy Authentication Required\r\nContent-Length: 5', 'CONNECT', 'length'],
    ['200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5', 'GET', 'chunked'],
    ['200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 5', 'GET', 'untilClose'],
    ['200 OK\r\nContent-Length: 5\r\nContent-Length: 6', 'GET', 'unknown'],
    ['200 OK', 'GET', 'untilClose'],
  ];
  for (const [head, method, kind] of answers)
    assert.equal(responseBody(response(`${head}\r\n`), method).kind, kind, head);
  const requests: [string, string][] = [
    ['Host: a', 'none'],
    ['Content-Length: 5', 'length'],
    ['Transfer-Encoding: chunked\r\nContent-Length: 5', 'chunked'],
    ['Transfer-Encoding: chunked, gzip', 'unknown'],
    ['Content-Length: 5, 6', 'unknown'],
  ];
  for (const [fields, kind] of requests)
    assert.equal(requestBody(request(`POST / HTTP/1.1\r\n${fields}\r\n\r\n`)).kind, kind, fields);
});

test('heads that are cut say what they do not know', () => {
  const text = 'POST /a/long?x=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n';
  const whole = request(text);
  for (let length = 0; length < text.length; length++) {
    const cut = parseHttpHead(bytesOf(text.slice(0, length)));
    if (length < 'POST /'.length) assert.equal(cut, null, `${length}`);
    else {
      const head = request(text.slice(0, length));
      const isTargetCut = length <= 'POST /a/long?x=1'.length;
      assert.deepEqual([head.end, head.method, head.isTargetCut], [null, 'POST', isTargetCut], `${length}`);
      assert.ok(head.fields.host === null || head.fields.host === whole.fields.host);
      assert.ok(head.fields.length === null || head.fields.length === 5);
      assert.equal(requestBody(head).kind, 'unknown'); // where it begins is not known
    }
  }
  assert.equal(responseBody(responseOf('HTTP/1.1 200 OK\r\nServer: x'), 'GET').kind, 'unknown');
  assert.equal(responseOf('HTTP/1.1 200').status, 200);
});

test('what is no head', () => {
  const others = [
    'HTTP/1.1 20',
    'HTTP/1.1 2000 OK\r\n',
    'HTTP/1.1 099 x\r\n',
    'HTTP/2 200\r\n',
    'HTTP/1.1 abc\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET /\r\n',
    'GET  / HTTP/1.1\r\n',
    'GET / x HTTP/1.1\r\n',
    'GET /\x01 HTTP/1.1\r\n',
    'OPTIONS sip:a@b SIP/2.0\r\n',
    'G\u00c9T / HTTP/1.1\r\n',
    'EHLO example.com\r\n',
    'SSH-2.0-OpenSSH_9\r\n',
    '*1\r\n$4\r\nPING\r\n',
    '',
    `${'X'.repeat(40)} / HTTP/1.1\r\n`,
    'GET / HTTP/1.1 \r\n',
    'EHLO x',
    'USER a',
  ];
  for (const text of others) assert.equal(parseHttpHead(bytesOf(text)), null, text);
});

test('a head of 64 KB, whatever it is made of', () => {
  for (const piece of ['x\n', 'a: b\n', ' x\n', 'a:', '\n ', 'Content-Length: 1\n']) {
    const text = `GET /${'y'.repeat(30000)} HTTP/1.1\r\n${piece.repeat(65536 / piece.length)}\r\n\r\n`;
    assert.equal(request(text).target.path?.length, 30001);
  }
});

function request(text: string): HttpRequestHead {
  const head = parseHttpHead(bytesOf(text));
  return head?.kind === 'request' ? head : assert.fail(`no request: ${text}`);
}

function response(rest: string): HttpResponseHead {
  return responseOf(`HTTP/1.1 ${rest}\r\n`);
}

function responseOf(text: string): HttpResponseHead {
  const head = parseHttpHead(bytesOf(text));
  return head?.kind === 'response' ? head : assert.fail(`no response: ${text}`);
}
