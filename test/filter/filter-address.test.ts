import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../src/filter/address.ts';
import { pick, seeded } from '../fixtures/filter-random.ts';

test('words of addresses', () => {
  const cases: [string, number[]][] = [
    ['10.0.0.1', [0, 0, 0xffff, 0x0a000001]],
    ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
    ['::ffff:10.0.0.1', [0, 0, 0xffff, 0x0a000001]],
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x00010000, 0, 0, 0]],
    ['2001:DB8::FFFF:8000:1', [0x20010db8, 0, 0xffff, 0x80000001]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:1.2.3.4', [0x10002, 0x30004, 0x50006, 0x01020304]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
  ];
  for (const [text, words] of cases) assert.deepEqual(parseAddress(text), words, text);
});

test('what is not an address', () => {
  const wrong = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1..3.4',
    '0x1.2.3.4',
    '+1.2.3.4',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    '12345::',
    'g::',
    ':1::',
    '::1:',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:5',
    'fe80::1%eth0',
    '[::1]',
    '10.0.0.0/8',
  ];
  for (const text of wrong) assert.equal(parseAddress(text), null, text);
});

test('addresses are written as RFC 5952 says', () => {
  const cases = [
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::ffff:c0a8:164', '192.168.1.100'],
    ['::1.2.3.4', '::102:304'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ];
  for (const [text, canonical] of cases) {
    assert.equal(formatAddress(parseAddress(text ?? '') ?? []), canonical);
  }
  assert.equal(formatAddress(new Uint32Array([0xfe800000, 0, 0, 1])), 'fe80::1');
});

test('an address that is written and read again is the same', () => {
  const random = seeded(5952);
  const word = () => pick(random, [0, 1, 0xffff, 0x10000, 0xffff0000, 0xffffffff, random(2 ** 32)]);
  for (let round = 0; round < 5000; round += 1) {
    const words = [word(), word(), word(), word()];
    assert.deepEqual(parseAddress(formatAddress(words)), words);
  }
});

test('agrees with node on what an address is', () => {
  const random = seeded(4291);
  for (let round = 0; round < 20_000; round += 1) {
    const parts = Array.from({ length: 1 + random(12) }, () =>
      pick(random, ['1', '0', 'ab', ':', '::', ':', '1.2.3.4', '.']),
    );
    const text = parts.join('');
    assert.equal(parseAddress(text) !== null, isIP(text) !== 0, text);
  }
});
