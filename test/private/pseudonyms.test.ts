import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../src/filter/address.ts';
import { classOf } from '../../src/private/address-class.ts';
import { Privacy } from '../../src/private/privacy.ts';
import { Pseudonyms } from '../../src/private/pseudonyms.ts';

/** Leading bits that two addresses have in common. */
function common(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const differ = [0, 1, 2, 3].findIndex((index) => one[index] !== other[index]);
  return differ < 0 ? 128 : 32 * differ + Math.clz32((one[differ] ?? 0) ^ (other[differ] ?? 0));
}

/** The same each time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

test('two addresses have as many first bits in common as before, within a /16 of IPv4 and all of IPv6', () => {
  const pseudonyms = new Pseudonyms();
  const random = numbers(7);
  const next = () => random.next().value as number;
  for (let count = 0; count < 300; count++) {
    const network =
      [
        [0, 0, 0xffff, 0x0a000000],
        [0, 0, 0xffff, 0x08080000],
        [0x2a021234, 0, 0, 0],
      ][count % 3] ?? [];
    const isV4 = network[2] === 0xffff;
    const [one, other] = [0, 1].map(() =>
      isV4
        ? [0, 0, 0xffff, ((network[3] ?? 0) | (next() >>> 16)) >>> 0]
        : [network[0] ?? 0, next(), next(), next()],
    ) as [number[], number[]];
    const [first, second] = [pseudonyms.words(one), pseudonyms.words(other)];
    assert.equal(common(first, second), common(one, other), `${formatAddress(one)} ${formatAddress(other)}`);
  }
});

test('no two addresses have the same pseudonym, and an address has the same one again', () => {
  const pseudonyms = new Pseudonyms();
  const all = Array.from({ length: 5000 }, (_, index) => `8.8.${index >> 8}.${index & 255}`);
  const made = all.map((address) => pseudonyms.address(address));
  assert.equal(new Set(made).size, all.length);
  assert.deepEqual(
    all.map((address) => pseudonyms.address(address)),
    made,
  );
  assert.equal(
    new Set(made.map((address) => address?.split('.').slice(0, 3).join('.'))).size,
    20,
    'a /24 stays one',
  );
});

/** With each a /16 or a /24 of which it is kept: by chance alone one key in 256 leaves it as it is. */
const NETWORKS = [
  ['192.168.77.2', '192.168.77.'],
  ['169.254.7.8', '169.254.7.'],
  ['192.0.2.7', '192.0.2.7'],
] as const;

test('no address stays in its network, and where that is kept none stays itself, by any key', () => {
  for (let key = 0; key < 2000; key++) {
    const pseudonyms = new Pseudonyms();
    for (const [address, own] of NETWORKS) {
      const made = pseudonyms.address(address) ?? '';
      assert.ok(own === address ? made !== own : !made.startsWith(own), `${address} is ${made}`);
    }
  }
});

test('all networks of a /16, and all addresses of a /24, have different pseudonyms by any key', () => {
  const numbers = Array.from({ length: 256 }, (_, number) => number);
  for (let key = 0; key < 20; key++) {
    const pseudonyms = new Pseudonyms();
    const made = (address: string) => pseudonyms.address(address)?.split('.') ?? [];
    const networks = numbers.map((number) => made(`192.168.${number}.1`).slice(0, 3).join('.'));
    assert.equal(new Set(networks).size, 256);
    assert.equal(new Set(numbers.map((number) => made(`198.51.100.${number}`).join('.'))).size, 256);
  }
});

test('another run has other pseudonyms', () => {
  const [one, other] = [new Pseudonyms(), new Pseudonyms()];
  assert.notEqual(one.address('2a02:1234::5'), other.address('2a02:1234::5'));
  assert.notEqual(one.name('user', 'alice'), other.name('user', 'alice'));
});

test('an address stays of its kind', () => {
  const pseudonyms = new Pseudonyms();
  const same = [
    '127.0.0.1',
    '127.0.0.53',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.251',
    '::',
    '::1',
    'ff02::1',
    'ff02::fb',
  ];
  for (const address of same) assert.equal(pseudonyms.address(address), address);
  const starts: [string, RegExp][] = [
    ['10.1.2.3', /^10\./],
    ['192.168.1.1', /^192\.168\./],
    ['172.20.1.1', /^172\.(1[6-9]|2\d|3[01])\./],
    ['100.64.3.4', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
    ['169.254.7.8', /^169\.254\./],
    ['239.1.2.3', /^239\./],
    ['192.0.2.7', /^192\.0\.2\./],
    ['fe80::1234', /^fe80::/],
    ['fd12:3456::1', /^fd/],
    ['2001:db8::7', /^2001:db8:/],
    ['ff02::1:ff12:3456', /^ff02::1:ff/],
  ];
  for (const [address, start] of starts) assert.match(pseudonyms.address(address) ?? '', start);
  const random = numbers(3);
  for (let count = 0; count < 500; count++) {
    const address = [0, 0, 0xffff, random.next().value as number];
    assert.equal(classOf(pseudonyms.words(address)), classOf(address), formatAddress(address));
  }
});

test('networks, zones and ports stand where they stood', () => {
  const privacy = new Privacy();
  const address = privacy.text('address', '10.20.30.0');
  assert.match(privacy.text('address', '10.20.30.0/24'), /^10\.\d+\.\d+\.0\/24$/);
  const [, prefix] = /^(\d+\.\d+\.\d+)\./.exec(privacy.text('address', '10.20.30.44')) ?? [];
  assert.equal(privacy.text('address', '10.20.30.0/24'), `${prefix}.0/24`);
  assert.ok(address.startsWith(`${prefix}.`));
  assert.match(privacy.text('address', 'fe80::1%eth0'), /^fe80::[\da-f:]+%eth0$/);
  assert.equal(privacy.text('address', ''), '');
  assert.equal(privacy.text('address', '*'), '*');
});

test('names in one domain stay in one, in any case', () => {
  const privacy = new Privacy();
  const [api, www, top] = ['api.shop.example', 'WWW.Shop.example', 'shop.example'].map((name) =>
    privacy.text('host', name),
  );
  assert.match(top ?? '', /^h\w{7}\.example$/);
  assert.ok(api?.endsWith(`.${top}`) && www?.endsWith(`.${top}`));
  assert.notEqual(api, www);
  assert.equal(privacy.text('host', 'shop.example:8443'), `${top}:8443`);
  assert.equal(privacy.text('host', 'localhost'), 'localhost');
  assert.match(privacy.text('host', '_http._tcp.acme.corp'), /^_http\._tcp\.h\w{7}\.h\w{7}$/);
  const reverse = privacy.text('address', '10.20.30.40').split('.').reverse().join('.');
  assert.equal(privacy.text('host', '40.30.20.10.in-addr.arpa'), `${reverse}.in-addr.arpa`);
});

test('other names keep what says of what kind they are', () => {
  const privacy = new Privacy();
  const forms: [Parameters<Privacy['text']>[0], string, RegExp][] = [
    ['user', 'alice', /^user-\w{7}$/],
    ['user', 'root', /^root$/],
    ['user', '1000', /^1000$/],
    ['unit', 'shop-web.service', /^unit-\w{7}\.service$/],
    ['unit', 'system.slice', /^system\.slice$/],
    ['cgroup', '/system.slice/shop-web.service', /^\/system\.slice\/unit-\w{7}\.service$/],
    ['container', 'prod/web-1/nginx', /^(c-\w{7}\/){2}c-\w{7}$/],
    ['container', 'web (registry.corp/web:4)', /^c-\w{7} \(image-\w{7}\)$/],
    ['device', 'eth0', /^eth0$/],
    ['device', 'wlp3s0', /^wlp3s0$/],
    ['device', 'enx0a1b2c3d4e5f', /^if-\w{7}$/],
    ['device', 'br-customer', /^if-\w{7}$/],
    ['path', '/users/alice/orders?token=abc', /^(\/p\w{7}){3}\?…$/],
    ['path', '/users/{id}', /^\/p\w{7}\/\{id\}$/],
    ['path', 'shop.corp:443', /^h\w{7}\.h\w{7}:443$/],
    ['statement', 'SELECT name FROM customers', /^SELECT s-\w{7}$/],
    ['answer', '10 mail.shop.corp', /^10 h\w{7}\.h\w{7}\.h\w{7}$/],
    ['answer', '"v=spf1 ip4:8.8.8.8"', /^"…"$/],
    ['answer', '1 . alpn=h2 ipv4hint=8.8.8.8,8.8.4.4', /^1 \. alpn=h2 ipv4hint=[\d.]+,[\d.]+$/],
    ['mac', '52:54:00:12:34:56', /^([\da-f]{2}:){5}[\da-f]{2}$/],
    ['mac', 'ff:ff:ff:ff:ff:ff', /^(ff:?){6}$/],
    [
      'rule',
      'iifname "br-customer" ip saddr @blocked jump acme comment "for acme"',
      /^iifname "if-\w+" ip saddr @set-\w+ jump chain-\w+ comment "if-\w+"$/,
    ],
  ];
  for (const [kind, text, form] of forms) assert.match(privacy.text(kind, text), form, text);
});

test('a sentence has pseudonyms for its addresses, and for names that were seen', () => {
  const privacy = new Privacy();
  const [address, v6, netns] = [
    privacy.text('address', '8.8.4.4'),
    privacy.text('address', '2a02:1::1'),
    privacy.text('netns', 'acme-prod'),
  ];
  assert.equal(
    privacy.text('sentence', 'from 8.8.4.4: 3 of 8.8.4.4:443.'),
    `from ${address}: 3 of ${address}:443.`,
  );
  assert.equal(privacy.text('sentence', 'to [2a02:1::1]:53, then'), `to [${v6}]:53, then`);
  assert.equal(
    privacy.text('sentence', "ip netns exec acme-prod ss -t 'sport = :80'"),
    `ip netns exec ${netns} ss -t 'sport = :80'`,
  );
  assert.equal(
    privacy.text('sentence', 'see /proc/sys/net, at 14:03:59, 40 %'),
    'see /proc/sys/net, at 14:03:59, 40 %',
  );
});
