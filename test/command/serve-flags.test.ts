import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../src/command/options.ts';
import { UsageError } from '../../src/errors.ts';

const NAMES = { hasInterface: () => true, dropReasons: () => [], netns: () => null } as never;
const serveOf = (...argv: string[]) => parse(['serve', ...argv], {}, NAMES).serve;

const ADDRESSES: readonly (readonly [text: string, host: string, port: number])[] = [
  ['127.0.0.1:9000', '127.0.0.1', 9000],
  ['[::1]:0', '::1', 0],
  [':9431', '::', 9431],
  ['metrics.example:65535', 'metrics.example', 65535],
];

for (const [text, host, port] of ADDRESSES)
  test(`serve listens at ${text}`, () => {
    const { host: found, port: at } = serveOf('--listen', text);
    assert.deepEqual([found, at], [host, port]);
  });

test('serve has loopback, a hundred names and requests where nothing is said', () => {
  assert.deepEqual(serveOf(), { host: '127.0.0.1', port: 9431, webConfig: null, top: 100, requests: true });
  const given = serveOf('--web.config.file', 'web.yml', '--top', '5', '--no-requests');
  assert.deepEqual([given.webConfig, given.top, given.requests], ['web.yml', 5, false]);
});

const WRONG: readonly (readonly [argv: string[], message: RegExp])[] = [
  [['--listen', '9431'], /is not an address with a port/],
  [['--listen', 'a:65536'], /is not an address with a port/],
  [['--listen', '::1:9431'], /is not an address with a port/],
  [['--top', '0'], /--top/],
  [['nginx'], /serve takes no filter/],
  [['-p', '443'], /serve does not take --port/],
  [['--json'], /serve does not take --json|--json does not go with serve/],
];

for (const [argv, message] of WRONG)
  test(`serve ${argv.join(' ')} is refused`, () => {
    assert.throws(
      () => serveOf(...argv),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });

test('no other command takes its flags', () => {
  for (const flag of ['--listen=:1', '--web-config=a', '--top=5', '--no-requests'])
    assert.throws(() => parse(['drops', flag], {}, NAMES), /goes with serve/);
});
