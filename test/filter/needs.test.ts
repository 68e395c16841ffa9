import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expression } from '../../src/filter/ast.ts';
import { needsInWords, requestNeeds } from '../../src/filter/needs.ts';
import { parseFilter } from '../../src/filter/parser.ts';

const url = (text: string): Expression =>
  ({ kind: 'text', fields: ['url'], match: 'part', text }) as Expression;
const needs = (text: string) => requestNeeds(parseFilter(text));

test('what each head has to contain: the path of what was asked for, else the host', () => {
  const cases: [string, string | null][] = [
    ['/api/', '/api/'],
    ['/API/Users', '/api/use'],
    ['example.com', 'example.'],
    ['example.com/v1', '/v1'],
    ['example.com/', 'example.'],
    ['/a?b', '/a'],
    ['a%20b', null],
    ['é', null],
    ['x', null],
    ['/', null],
  ];
  for (const [text, needed] of cases) assert.equal(requestNeeds(url(text)).text, needed, text);
});

test('a term that may not hold narrows nothing', () => {
  const { text, host, method, ports, network, answers } = requestNeeds(null);
  assert.deepEqual([text, host, method, ports, network, answers], [null, null, null, null, null, false]);
  assert.equal(needs('port 80 and url /api').text, '/api');
  assert.equal(needs('url /a/ or url /b/').text, null);
  assert.equal(needs('not url /a/').text, null);
  assert.equal(needs('not port 80').ports, null);
  assert.equal(needs('port 80 or port 81').ports, null);
});

test('host, method, ends and protocols, each from a term that must hold', () => {
  const cases: [filter: string, words: string[]][] = [
    ['http', ['of http']],
    ['method get', ['of the method GET']],
    ['method POST', ['of the method POST…']],
    ['method P*', ['of the method P…']],
    ['url /api/', ['of http', 'with /api/ in the head']],
    ['host *.example.com', ['with .example in the head, where it has a Host']],
    ['name shop.example', ['of http, dns, tls, quic', 'with shop.exa in the head, where it has a Host']],
    ['sni a.example', ['of tls, quic']],
    ['rcode NXDOMAIN', ['of dns']],
    ['status >= 500 and dst port 80', ['of http', 'of port 80']],
    ['src net 10.0.0.0/8 and port > 1024', ['of host 10.0.0.0/8', 'of port >= 1025']],
  ];
  for (const [filter, words] of cases) assert.deepEqual(needsInWords(needs(filter)), words, filter);
  assert.equal(needs('host a.example').answers, true);
});
