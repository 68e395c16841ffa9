import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/filter/address.ts';
import { isPublic, isUnspecified } from '../../src/machine/address-scope.ts';

const words = (text: string) => parseAddress(text) ?? assert.fail(text);

test('addresses that others may know', () => {
  const open = [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '126.1.2.3',
    '172.15.0.1',
  ];
  const more = ['172.32.0.1', '192.0.1.1', '192.167.1.1', '198.17.0.1', '198.20.0.1', '223.255.255.255'];
  const six = ['2600::1', '2a00:1450::1', '64:ff9b::808:808', '2002:808:808::1', '::ffff:8.8.8.8', '::2'];
  const all = [...open, ...more, ...six];
  assert.deepEqual(
    all.filter((text) => isPublic(words(text))),
    all,
  );
});

test('addresses that only one’s own network knows, or nobody', () => {
  const four = [
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.1.1',
    '172.16.0.1',
  ];
  const more = ['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.1'];
  const rest = ['203.0.113.1', '224.0.0.251', '255.255.255.255', '::ffff:10.0.0.1'];
  const six = ['::', '::1', 'fe80::1', 'fec0::1', 'fc00::1', 'fdff::1', 'ff02::fb', '2001:db8::1', '100::1'];
  const carrying = ['64:ff9b::a00:1', '64:ff9b:1::1', '2002:a00:1::1', '2002:c0a8:101::1'];
  const all = [...four, ...more, ...rest, ...six, ...carrying];
  assert.deepEqual(
    all.filter((text) => isPublic(words(text))),
    [],
  );
});

test('no host at all', () => {
  const texts = ['0.0.0.0', '::', '::ffff:0.0.0.0', '0.0.0.1', '::1', '10.0.0.0'];
  assert.deepEqual(
    texts.map((text) => isUnspecified(words(text))),
    [true, true, true, false, false, false],
  );
});
