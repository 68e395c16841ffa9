import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extcapRequest } from '../../src/command/extcap.ts';
import { parse } from '../../src/command/options.ts';
import { UsageError } from '../../src/errors.ts';

const asked = (...argv: string[]) => extcapRequest(argv, '1.2.3');
const NAMES = { netns: () => 1, dropReasons: () => [] };
const OURS = ['--extcap-interface', 'nettop'];

test('what is not of Wireshark is left alone', () => {
  assert.equal(asked('trace', 'port', '80'), null);
  assert.equal(asked(), null);
});

test('interfaces, link types and options', () => {
  assert.deepEqual(asked('--extcap-interfaces', '--extcap-version=4.0'), {
    lines: [
      'extcap {version=1.2.3}{display=nettop}',
      'interface {value=nettop}{display=packets with their process}',
    ],
  });
  assert.match(JSON.stringify(asked(...OURS, '--extcap-dlts')), /dlt \{number=1\}/);
  const config = asked('--extcap-config', ...OURS);
  assert.ok(config && 'lines' in config);
  config.lines.forEach((line, number) => {
    const [, call = ''] =
      /^arg \{number=\d+\}\{call=(--[\w-]+)\}\{display=[^}]+\}\{type=\w+\}/.exec(line) ?? [];
    assert.ok(line.startsWith(`arg {number=${number}}`));
    const value = line.includes('boolflag') ? [] : [call === '--path' ? 'drop' : '1'];
    parse(['trace', '--pcapng=x', call, ...value], {}, NAMES); // nettop takes each of them
  });
});

test('a capture is nettop trace into the pipe, with the filter and those options that have a value', () => {
  const filter = 'tcp and port 80';
  assert.deepEqual(
    asked(
      '--capture',
      ...OURS,
      '--fifo',
      '/tmp/p',
      '--extcap-capture-filter',
      filter,
      '--pid',
      '',
      '--rate-limit',
      '5',
    ),
    { argv: ['trace', '--pcapng=/tmp/p', '--rate-limit', '5', '--', filter] },
  );
  assert.deepEqual(asked('--capture', '--extcap-interface=nettop', '--fifo=/tmp/p'), {
    argv: ['trace', '--pcapng=/tmp/p'],
  });
});

test('a filter without a capture is to be judged', () => {
  assert.deepEqual(asked(...OURS, '--extcap-capture-filter', 'port x'), { filter: 'port x' });
});

test('an interface of others, or no pipe: a usage error', () => {
  assert.throws(() => asked('--extcap-interface', 'eth0', '--extcap-dlts'), UsageError);
  assert.throws(() => asked('--capture', ...OURS), UsageError);
});
