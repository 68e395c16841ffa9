import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AskedNames, type NamelessEnd } from '../../../src/capture/exchanges/asked-names.ts';
import { parseAddress } from '../../../src/filter/address.ts';

const SELF = { pid: 7, startNs: 70 };
const ANOTHER = { pid: 8, startNs: 80 };
const ASKER = () => SELF;
const OTHER = () => ANOTHER;
const words = (address: string) => parseAddress(address) ?? [0, 0, 0, 0];

function end(given: Partial<NamelessEnd> & { address?: string } = {}): NamelessEnd {
  const { address = '192.0.2.7', ...others } = given;
  return { cookie: 1, remote: words(address), ...SELF, beganNs: 100, ...others };
}

const told = (names: AskedNames, given?: Parameters<typeof end>[0]) => {
  const found = names.of(end(given));
  return found && `${found.name} ${found.source}`;
};

test('what a connection says itself goes before what DNS said; it is of its far end alone', () => {
  const names = new AskedNames();
  assert.equal(told(names), null);
  names.answer(ASKER, 'dns.example.', ['192.0.2.7', '2001:db8::7'], 50);
  names.say(1, words('192.0.2.7'), 'Shop.Example:8080', 'host');
  assert.equal(told(names), 'shop.example host');
  assert.equal(told(names, { cookie: 2 }), 'dns.example dns');
  assert.equal(told(names, { cookie: 2, address: '2001:db8::7' }), 'dns.example dns');
  assert.equal(told(names, { address: '192.0.2.8' }), null);
  names.say(1, words('192.0.2.7'), 'tls.example', 'sni');
  assert.equal(told(names), 'tls.example sni');
});

test('the newest answer before a connection began; of another process, or later, it is marked', () => {
  const names = new AskedNames();
  names.answer(ASKER, 'one.example', ['192.0.2.7'], 10);
  names.answer(ASKER, 'two.example', ['192.0.2.7'], 20);
  names.answer(OTHER, 'three.example', ['192.0.2.7'], 30);
  names.answer(ASKER, 'two.example', ['192.0.2.7'], 110); // asked again
  assert.equal(told(names, { beganNs: 15 }), 'one.example dns');
  assert.equal(told(names), 'two.example dns');
  assert.equal(told(names, { beganNs: 0 }), 'three.example otherDns'); // whose beginning was not seen
  assert.equal(told(names, { beganNs: Number.POSITIVE_INFINITY }), 'two.example dns');
  assert.equal(told(names, { ...ANOTHER }), 'three.example dns');
  assert.equal(told(names, { pid: 9, startNs: 90 }), 'three.example otherDns');
  assert.equal(told(names, { pid: 7, startNs: 71 }), 'three.example otherDns'); // the pid was given again
});

test('who asked may be learned later than the answer, for a second', () => {
  const names = new AskedNames();
  let learned: typeof SELF | null = null;
  names.answer(ASKER, 'one.example', ['192.0.2.7'], 10);
  names.answer(() => learned, 'two.example', ['192.0.2.7'], 20);
  assert.equal(told(names), 'one.example dns');
  learned = SELF;
  assert.equal(told(names), 'two.example dns');
  learned = null;
  names.answer(() => learned, 'three.example', ['192.0.2.7'], 30);
  names.tick(30 + 0.9e9);
  names.tick(30 + 1.1e9);
  learned = SELF;
  assert.equal(told(names), 'two.example dns');
});

test('what no host is called, and what is no address, is no name', () => {
  const names = new AskedNames();
  for (const text of ['', '10.0.0.1', '[::1]:80', 'a\u001b[2J.example', 'a b', 'x'.repeat(300), '-.example'])
    names.say(1, words('192.0.2.7'), text, 'sni');
  names.answer(ASKER, 'zero.example', ['0.0.0.0', '::', 'a.example'], 1);
  for (const address of ['192.0.2.7', '0.0.0.0', '::']) assert.equal(told(names, { address }), null);
});

test('the tables have a bound: what makes room is counted', () => {
  const names = new AskedNames(2, 2);
  for (let cookie = 1; cookie <= 3; cookie++)
    names.say(cookie, words('192.0.2.7'), `s${cookie}.example`, 'sni');
  assert.deepEqual([told(names), told(names, { cookie: 3 })], [null, 's3.example sni']);
  assert.equal(names.evicted, 1);
  for (let host = 1; host <= 3; host++) names.answer(ASKER, `a${host}.example`, [`192.0.2.${host}`], host);
  assert.equal(told(names, { address: '192.0.2.1' }), null);
  assert.equal(told(names, { address: '192.0.2.3' }), 'a3.example dns');
  assert.equal(names.evicted, 2);
  for (let nth = 0; nth < 6; nth++) names.answer(ASKER, `b${nth}.example`, ['192.0.2.3'], 10 + nth);
  assert.equal(told(names, { address: '192.0.2.3' }), 'b5.example dns');
  assert.equal(names.evicted, 5);
});
