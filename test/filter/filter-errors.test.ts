import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { compileFilter, MOST_STEPS } from '../../src/filter/compile.ts';
import { FilterError, pointAt } from '../../src/filter/error.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { formatFilter } from '../../src/filter/format.ts';
import { LONGEST_FILTER } from '../../src/filter/lexer.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { NAMES, pick, seeded } from '../fixtures/filter-random.ts';

function errorOf(text: string): FilterError {
  try {
    parseFilter(text, NAMES);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  return assert.fail(`parsed: ${text}`);
}

const MESSAGES: [string, string][] = [
  ['port abc', 'port "abc" is not a number from 0 to 65535 (at column 6)'],
  ['port 65536', 'port "65536" is not a number from 0 to 65535 (at column 6)'],
  ['port -1', 'port "-1" is not a number from 0 to 65535 (at column 6)'],
  ['70000', 'port "70000" is not a number from 0 to 65535 (at column 1)'],
  ['port', 'port needs a number from 0 to 65535 (at column 5)'],
  ['src port ', 'port needs a number from 0 to 65535 (at column 9)'],
  ['port and tcp', 'port "and" is not a number from 0 to 65535 (at column 6)'],
  ['port (80)', 'port needs a number from 0 to 65535 (at column 6)'],
  ['port < 1', 'no port is < 1 (at column 8)'],
  ['port > 65535', 'no port is > 65535 (at column 8)'],
  ['len < 0', 'no len is < 0 (at column 7)'],
  ['portrange 90-80', 'portrange "90-80" is not a range of ports such as 8000-8080 (at column 11)'],
  ['host 10.0.0.x/8', 'host "10.0.0.x/8" is not an IPv4 or IPv6 address (at column 6)'],
  ['10.0.0', 'host "10.0.0" is not an IPv4 or IPv6 address (at column 1)'],
  ['10.0.0.1:65536', 'port "65536" is not a number from 0 to 65535 (at column 10)'],
  ['10.0.0.1:', 'port "" is not a number from 0 to 65535 (at column 10)'],
  ['-worker:443', 'host "-worker:443" is not an IPv4 or IPv6 address (at column 1)'],
  ['[::1]443', '"[::1]443" is no address and port (at column 1)'],
  ['10.0.0.1:1 ⇄', 'host needs an IPv4 or IPv6 address (at column 13)'],
  ['src 10.0.0.1 ⇄ 10.0.0.2', 'expected and, or, or the end, not "⇄" (at column 14)'],
  ['fe80::1%', 'iface needs a name (at column 9)'],
  ['prot 6', '"prot": did you mean proto? (at column 1)'],
  ['tcp and (hots 10.0.0.1)', '"hots": did you mean host? (at column 10)'],
  ['prot=6', '"prot": did you mean proto? (at column 1)'],
  ['host 10.0.0.0/33', 'host "10.0.0.0/33" does not end in a prefix length from 0 to 32 (at column 6)'],
  ['::1/', 'host "::1/" does not end in a prefix length from 0 to 128 (at column 1)'],
  ['net 10.0.0.0', 'net "10.0.0.0" is not a network such as 10.0.0.0/8 (at column 5)'],
  ['src nginx', 'expected an address, host, net, port or portrange after src, not "nginx" (at column 5)'],
  ['proto sctp', 'proto "sctp" is not a number from 0 to 255, or tcp, udp, icmp, icmp6 (at column 7)'],
  ['pid nginx', 'pid "nginx" is not a number from 0 to 4194304 (at column 5)'],
  [
    'netns 4294967296',
    'netns "4294967296" is not a number from 0 to 4294967295, or the name of a network namespace (at column 7)',
  ],
  [
    'netns > blue',
    'netns "blue" is not a number from 0 to 4294967295, or the name of a network namespace (at column 9)',
  ],
  ['pid < 1', 'no pid is < 1 (at column 7)'],
  ['icmpid 65536', 'icmpid "65536" is not a number from 0 to 65535 (at column 8)'],
  ['icmpid > ', 'icmpid needs a number from 0 to 65535 (at column 9)'],
  ['reason', 'reason needs a drop reason such as NO_SOCKET, NETFILTER* or 2 (at column 7)'],
  ['reason and tcp', 'reason "and" is not a drop reason such as NO_SOCKET, NETFILTER* or 2 (at column 8)'],
  ['reason = 2', 'reason needs a drop reason such as NO_SOCKET, NETFILTER* or 2 (at column 8)'],
  [
    'reason no-socket',
    'reason "no-socket" is not a drop reason such as NO_SOCKET, NETFILTER* or 2 (at column 8)',
  ],
  ['reason 4294967296', 'reason "4294967296" is not a number from 0 to 4294967295 (at column 8)'],
  ['tcp or reason NO_SUCH', 'reason "NO_SUCH": this kernel has none of that name (at column 15)'],
  ['drop tcp', 'expected and, or, or the end, not "tcp" (at column 6)'],
  ['process', 'process needs a name (at column 8)'],
  ['iface and tcp', 'iface needs a name (at column 7)'],
  ['process " "', 'process needs a name (at column 9)'],
  ['flags', 'expected "(" after flags, not the end (at column 6)'],
  ['flags()', 'flags needs one of fin, syn, rst, psh, ack, urg, ece, cwr (at column 7)'],
  ['flags(syn, ack)', 'flags "syn," is not one of fin, syn, rst, psh, ack, urg, ece, cwr (at column 7)'],
  ['flags(syn ack)', 'expected "|" or ")", not "ack" (at column 11)'],
  ['tcp pid 443', 'expected and, or, or the end, not "pid" (at column 5)'],
  ['nginx worker', 'expected and, or, or the end, not "worker" (at column 7)'],
  ['tcp)', 'expected and, or, or the end, not ")" (at column 4)'],
  ['(tcp', 'expected and, or, or ")", not the end (at column 5)'],
  ['tcp and', 'expected a term such as "port 443", not the end (at column 8)'],
  ['()', 'expected a term such as "port 443", not ")" (at column 2)'],
  ['or tcp', 'expected a term such as "port 443", not "or" (at column 1)'],
  ['tcp & udp', '"&" means nothing here, write "&&" or "and" (at column 5)'],
  ['process "nginx', 'the quoted text does not end (at column 9)'],
  ['process \u001b[2J', 'the invisible character \\u{1b} is not allowed (at column 9)'],
  ['tcp \u202eand', 'the invisible character \\u{202e} is not allowed (at column 5)'],
  ['tcp \ud800', 'the invisible character \\u{d800} is not allowed (at column 5)'],
  [`port ${'9'.repeat(60)}`, `port "${'9'.repeat(40)}…" is not a number from 0 to 65535 (at column 6)`],
  ['(!'.repeat(30), 'expected at most 50 levels of "not" and "(" (at column 51)'],
  ['1'.repeat(1001), 'expected at most 1000 characters, not 1001 (at column 1001)'],
];

test('messages say what is wrong and where', () => {
  const given = MESSAGES.map(([text]) => [text, errorOf(text).message]);
  assert.deepEqual(
    given,
    MESSAGES.map(([text, message]) => [text, `filter: ${message}`]),
  );
});

test('an error is a usage error with place and expectation', () => {
  const error = errorOf('tcp and port abc');
  assert.ok(error instanceof UsageError);
  assert.deepEqual([error.at, error.expected], [13, 'a number from 0 to 65535']);
});

test('a kernel without names for drop reasons', () => {
  assert.throws(() => parseFilter('reason NO_SOCKET'), {
    message: 'filter: reason "NO_SOCKET": this kernel has no names for them (at column 8)',
  });
});

test('a caret points at the place', () => {
  const shown = (text: string) => pointAt(errorOf(text)).split('\n');
  assert.deepEqual(shown('tcp and port abc'), ['tcp and port abc', '             ^']);
  assert.deepEqual(shown('tcp and'), ['tcp and', '       ^']);
  assert.deepEqual(shown('日本 x'), ['日本 x', '     ^']);
  assert.deepEqual(shown('a\tand\t('), ['a\\u{9}and\\u{9}(', `${' '.repeat(15)}^`]);
  assert.deepEqual(shown('\u001b]0;x\u0007'), ['\\u{1b}]0;x\\u{7}', '^']);
  assert.deepEqual(shown(`${'tcp or '.repeat(20)}) ${'and tcp '.repeat(20)}`), [
    '…p or tcp or tcp or tcp or tcp or tcp or ) and tcp and tcp and tcp and …',
    `${' '.repeat(41)}^`,
  ]);
});

test('any text parses or gives a printable error', () => {
  const random = seeded(7);
  const pieces = (
    'tcp and or not ( ) && || ! | & " \\ = == != < <= > >= flags flags( syn host net src dst port portrange len pid ' +
    'process comm iface netns proto 0 1 80 65536 99999999999999999999 1-2 2-1 1.2.3.4 1.2.3.4/8 ::1 ::/0 /// : . , ' +
    'drop reason icmpid * NO_* ? nginx __proto__ constructor toString \u0000 \u001b[31m \u0085 \u202e \ud800 \udc00 \u{1f600} İ ﷺ \ufeff \u2028'
  ).split(' ');
  let parsed = 0;
  for (let round = 0; round < 30_000; round += 1) {
    const count = 1 + random(round % 100 === 0 ? 400 : 8);
    const text = Array.from({ length: count }, () => pick(random, pieces) + pick(random, ['', ' '])).join('');
    try {
      const expression = parseFilter(text);
      if (expression !== null) assert.ok(formatFilter(expression));
      parsed += 1;
    } catch (error) {
      assert.ok(error instanceof FilterError, `${JSON.stringify(text)}: ${error}`);
      const shown = `${error.message}${pointAt(error).replace('\n', '')}`;
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.ok(error.at >= 0 && error.at <= Math.min(text.length, LONGEST_FILTER), text);
    }
  }
  assert.ok(parsed > 1000, `only ${parsed} parsed`);
});

test('the longest filters do not overflow the stack', () => {
  const pieces = ['1||', '!', '(', 'a&&', '::1||', '1.2.3.4&&', '"a"||'];
  const texts = pieces.map((piece) => piece.repeat(1000).slice(0, LONGEST_FILTER - 1));
  for (const text of [...texts, ...texts.map((full) => `${full.replace(/[^|&]*[|&]*$/, '')}1`)]) {
    try {
      const expression = parseFilter(text) ?? assert.fail(text);
      assert.ok(formatFilter(expression));
      assert.notEqual(evaluate(expression, { sourcePort: 2, destinationPort: 2 }), true);
      assert.equal(compileFilter(expression, () => null).steps.length <= MOST_STEPS, true);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
    }
  }
});
