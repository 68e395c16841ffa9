import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/filter/address.ts';
import { readFilter } from '../../src/filter/parser.ts';
import { networkName, networkWords, USUAL_PREFIXES } from '../../src/model/network.ts';

const words = (text: string) => parseAddress(text) ?? assert.fail(text);

test('an address is in the network that a filter would name', () => {
  for (const [address, network] of [
    ['10.1.2.3', '10.1.2.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    ['fe80::abcd', 'fe80::/64'],
  ] as const) {
    assert.equal(networkName(words(address), USUAL_PREFIXES), network);
    assert.equal(readFilter(`net ${network}`).text, `net ${network}`);
  }
});

test('prefixes of other lengths, from all addresses to one', () => {
  const name = (address: string, ip: number, ip6: number) => networkName(words(address), { ip, ip6 });
  assert.equal(name('10.129.2.3', 0, 0), '0.0.0.0/0');
  assert.equal(name('10.129.2.3', 9, 0), '10.128.0.0/9');
  assert.equal(name('10.129.2.3', 32, 0), '10.129.2.3/32');
  assert.equal(name('2001:db8:ff::1', 0, 0), '::/0');
  assert.equal(name('2001:db8:ff::1', 0, 33), '2001:db8::/33');
  assert.equal(name('2001:db8:ff::1', 0, 128), '2001:db8:ff::1/128');
  assert.deepEqual(networkWords(words('255.1.2.3'), USUAL_PREFIXES), words('255.1.2.0'));
});
