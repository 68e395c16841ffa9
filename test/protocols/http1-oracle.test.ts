import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HTTPParser } from 'http-parser-js';
import { requestBody, responseBody } from '../../src/protocols/body.ts';
import { Chunks } from '../../src/protocols/chunks.ts';
import { parseHttpHead } from '../../src/protocols/http1.ts';

/** What a parser says of one message. */
interface Reading {
  method: string | null;
  target: string | null;
  status: number | null;
  version: string;
  bodyBytes: number;
  /** All bytes of the message. */
  size: number;
}

const REQUESTS = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /x?y=1 HTTP/1.0\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world',
  'POST /p HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc',
  'PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\na;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a.example/b HTTP/1.1\r\nHost: b\r\n\r\n',
  'DELETE /folded HTTP/1.1\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
];
const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\n\r\n',
  'HTTP/1.0 404 Not Found\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
];

test('requests and responses as http-parser-js reads them, cut at every byte', () => {
  for (const [texts, type] of [
    [REQUESTS, HTTPParser.REQUEST],
    [RESPONSES, HTTPParser.RESPONSE],
  ] as const)
    for (const text of texts)
      for (let cut = 0; cut < text.length; cut++) {
        const bytes = Buffer.from(text);
        const expected = oracle(bytes, cut, type);
        assert.deepEqual(ours(bytes, cut), expected, `${text} at ${cut}`);
      }
});

test('pipelined requests: each ends where http-parser-js says', () => {
  const bytes = Buffer.from(REQUESTS.join(''));
  let at = 0;
  for (const text of REQUESTS) {
    assert.equal(ours(bytes.subarray(at), 1).size, text.length);
    at += text.length;
  }
});

function ours(bytes: Uint8Array, cut: number): Reading {
  const first = parseHttpHead(bytes, 0, cut);
  const head = parseHttpHead(bytes) ?? assert.fail('no head');
  if (first?.end) assert.deepEqual(first, head);
  const end = head.end ?? assert.fail('no end');
  const body = head.kind === 'request' ? requestBody(head) : responseBody(head, 'GET');
  let bodyBytes = body.kind === 'length' ? body.length : 0;
  let size = end + bodyBytes;
  if (body.kind === 'chunked') {
    const chunks = new Chunks();
    const middle = Math.max(end, cut);
    size = end + chunks.bytes(bytes.subarray(end, middle));
    size += chunks.bytes(bytes.subarray(middle));
    assert.equal(chunks.state, 'ended');
    bodyBytes = chunks.content;
  }
  const isRequest = head.kind === 'request';
  const { form = '', path = '', query = null, host = '' } = isRequest ? head.target : {};
  return {
    method: isRequest ? head.method : null,
    target: isRequest
      ? `${form === 'absolute' ? `http://${host}` : ''}${path}${query === null ? '' : `?${query}`}`
      : null,
    status: isRequest ? null : head.status,
    version: head.version ?? '',
    bodyBytes,
    size,
  };
}

function oracle(
  bytes: Buffer,
  cut: number,
  type: typeof HTTPParser.REQUEST | typeof HTTPParser.RESPONSE,
): Reading {
  const parser = new HTTPParser(type);
  const reading: Reading = {
    method: null,
    target: null,
    status: null,
    version: '',
    bodyBytes: 0,
    size: bytes.length,
  };
  let isDone = false;
  parser[HTTPParser.kOnHeadersComplete] = (info) => {
    reading.version = `${info.versionMajor}.${info.versionMinor}`;
    if (type === HTTPParser.REQUEST) {
      reading.method = HTTPParser.methods[info.method] ?? null;
      reading.target = info.url.replace(/=\w+/, '');
    } else reading.status = info.statusCode;
  };
  parser[HTTPParser.kOnBody] = (_chunk: Buffer, _offset: number, length: number) => {
    reading.bodyBytes += length;
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    isDone = true;
  };
  for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)])
    if (part.length > 0) assert.equal(parser.execute(part), part.length);
  assert.ok(isDone, bytes.toString());
  return reading;
}
