import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/filter/address.ts';
import type { Expression } from '../../src/filter/ast.ts';
import { evaluate, matchesEitherWay } from '../../src/filter/evaluate.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { Subject } from '../../src/filter/terms.ts';
import { NAMES } from '../fixtures/filter-random.ts';

const address = (text: string) => parseAddress(text) ?? assert.fail(text);
const filter = (text: string): Expression => parseFilter(text, NAMES) ?? assert.fail(text);

const CONNECTION: Subject = {
  protocol: 6,
  family: 4,
  source: address('192.168.1.100'),
  destination: address('10.2.3.4'),
  sourcePort: 50_000,
  destinationPort: 443,
  pid: 1234,
  netns: 4_026_531_840,
  process: 'Web Content',
};
const PACKET: Subject = { ...CONNECTION, interface: 'eth0', length: 60, flags: 0x12 };
const DROPPED: Subject = { ...PACKET, dropped: true, reason: 3 };
const PING: Subject = {
  ...PACKET,
  protocol: 1,
  sourcePort: 0,
  destinationPort: 0,
  flags: 0,
  pid: 0,
  process: null,
  icmpId: 7,
};

function verdicts(subject: Subject, texts: string[]): Record<string, boolean | null> {
  return Object.fromEntries(texts.map((text) => [text, evaluate(filter(text), subject)]));
}

test('a packet', () => {
  const yes = [
    'tcp',
    'ip',
    'host 10.2.3.4',
    'src 192.168.1.100',
    'dst net 10.0.0.0/8',
    '0.0.0.0/0',
    '::/0',
    '443',
    'dst port 443',
    'portrange 400-500',
    'port > 1024',
    'port < 1024',
    'len 60',
    'len <= 60',
    'pid 1234',
    'process "web c"',
    'content',
    'iface eth0',
    'netns 4026531840',
    'flags(syn)',
    'flags(rst|ack)',
    'tcp and not udp',
    'udp or tcp',
    'port != 80',
  ];
  const no = [
    'udp',
    'ip6',
    'host 10.2.3.5',
    'src 10.2.3.4',
    '10.2.3.0/30',
    '2001:db8::/32',
    'src port 443',
    'port 80',
    'len > 60',
    'pid 1',
    'nginx',
    'iface ETH0',
    'netns 1',
    'flags(fin)',
    'not tcp',
    'port != 443',
  ];
  const expected = [...yes.map((text) => [text, true]), ...no.map((text) => [text, false])];
  assert.deepEqual(verdicts(PACKET, [...yes, ...no]), Object.fromEntries(expected));
});

test('what a packet lacks is 0', () => {
  assert.deepEqual(
    verdicts(PING, ['port 0', 'port < 1024', 'port != 80', 'flags(syn)', 'pid 0', 'a', 'not a']),
    {
      'port 0': true,
      'port < 1024': false,
      'port != 80': true,
      'flags(syn)': false,
      'pid 0': true,
      a: false,
      'not a': true,
    },
  );
});

test('an echo has an identifier, of which smaller ones are not those without one', () => {
  assert.deepEqual(verdicts(PING, ['icmpid 7', 'icmpid >= 8', 'icmpid < 8']), {
    'icmpid 7': true,
    'icmpid >= 8': false,
    'icmpid < 8': true,
  });
  assert.equal(evaluate(filter('icmpid < 8'), { ...PING, icmpId: 0 }), false);
});

test('a dropped packet, by number or name of the reason', () => {
  const yes = ['drop', 'reason 3', 'reason NO_SOCKET', 'reason no*', 'reason *', 'not reason TCP_*'];
  const no = ['not drop', 'reason 2', 'reason ??_ODD'];
  const expected = [...yes.map((text) => [text, true]), ...no.map((text) => [text, false])];
  assert.deepEqual(verdicts(DROPPED, [...yes, ...no]), Object.fromEntries(expected));
  assert.equal(evaluate(filter('reason *'), { ...DROPPED, reason: 0 }), false);
  assert.deepEqual(verdicts(CONNECTION, ['drop', 'reason 3', 'reason *']), {
    drop: null,
    'reason 3': null,
    'reason *': null,
  });
});

test('what does not apply cannot be told, unless the rest decides', () => {
  const texts = [
    'len > 1',
    'not len > 1',
    'len 1 and tcp',
    'tcp and len 1',
    'len 1 and udp',
    'udp and len 1',
  ];
  texts.push(
    'len 1 or tcp',
    'tcp or len 1',
    'len 1 or udp',
    'udp or len 1',
    'iface lo',
    'flags(syn)',
    'len 1 or len 2',
  );
  assert.deepEqual(verdicts(CONNECTION, texts), {
    'len > 1': null,
    'not len > 1': null,
    'len 1 and tcp': null,
    'tcp and len 1': null,
    'len 1 and udp': false,
    'udp and len 1': false,
    'len 1 or tcp': true,
    'tcp or len 1': true,
    'len 1 or udp': null,
    'udp or len 1': null,
    'iface lo': null,
    'flags(syn)': null,
    'len 1 or len 2': null,
  });
  const texts2 = ['tcp', 'ip', '1.2.3.4', '80', 'src port 80', 'pid 7', 'netns 1', 'nginx'];
  assert.deepEqual(verdicts({ pid: 7, process: 'nginx' }, texts2), {
    tcp: null,
    ip: null,
    '1.2.3.4': null,
    '80': null,
    'src port 80': null,
    'pid 7': true,
    'netns 1': null,
    nginx: true,
  });
});

test('an address counts with all its bits', () => {
  const near = ['::10.2.3.4', '1::ffff:10.2.3.4', '::1:0:ffff:10.2.3.4', '10.2.3.5'];
  const matching = near.filter((text) =>
    evaluate(filter('dst 10.2.3.4'), { ...PACKET, destination: address(text) }),
  );
  assert.deepEqual(matching, []);
  const edges = ['2001:db8:7fff::', '2001:db8:8000::', '2001:db8:ffff::', '2001:db9::'];
  const within = edges.filter((text) =>
    evaluate(filter('dst net 2001:db8:8000::/33'), { ...PACKET, destination: address(text) }),
  );
  assert.deepEqual(within, ['2001:db8:8000::', '2001:db8:ffff::']);
});

test('a connection matches when its packets can, in either direction', () => {
  const texts = [
    'src port 443',
    'dst port 443',
    'src port 443 and dst port 443',
    'src 10.2.3.4 and src port 443',
  ];
  texts.push('src 10.2.3.4 and dst port 443', 'not port 443', 'len > 100', 'len > 100 and udp');
  assert.deepEqual(
    texts.map((text) => [text, matchesEitherWay(filter(text), CONNECTION)]),
    [
      ['src port 443', true],
      ['dst port 443', true],
      ['src port 443 and dst port 443', false],
      ['src 10.2.3.4 and src port 443', true],
      ['src 10.2.3.4 and dst port 443', false],
      ['not port 443', false],
      ['len > 100', true],
      ['len > 100 and udp', false],
    ],
  );
});
