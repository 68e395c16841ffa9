import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { HostNames, reverseName } from '../../src/machine/host-names.ts';
import { isHostName } from '../../src/text/host-name.ts';
import { until } from '../live/until.ts';

/** PTR records by the name that is asked for: names, or null for NXDOMAIN; what is not there gets no answer. */
type Zone = Record<string, string[] | null>;

interface DnsServer {
  address: string;
  /** Names that were asked for, in order. */
  asked: string[];
  /** Answers wait until it is called. */
  release(): void;
}

/** A name on the wire: each label behind its length, RFC 1035 section 3.1. */
function encode(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

/** The question's name, and where the question ends: RFC 1035 section 4.1.2. */
function question(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5 };
}

function reply(query: Buffer, names: string[] | null): Buffer {
  const { end } = question(query);
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(names === null ? 0x8183 : 0x8180, 2); // a response; NXDOMAIN, or no error
  head.writeUInt16BE(names?.length ?? 0, 6);
  head.writeUInt32BE(0, 8);
  const records = (names ?? []).map((name) => {
    const data = encode(name);
    const record = Buffer.from('c00c000c00010000003c0000', 'hex'); // the asked name, PTR, IN, one minute
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}

/** A DNS server on loopback that knows a zone; with `held` its answers wait. */
async function dnsServer(t: TestContext, zone: Zone, held = false): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let isHeld = held;
  socket.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    const { name } = question(query);
    asked.push(name);
    const names = zone[name];
    if (names === undefined) return;
    const send = () => socket.send(reply(query, names), port, address);
    if (isHeld) waiting.push(send);
    else send();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  const release = () => {
    isHeld = false;
    for (const send of waiting.splice(0)) send();
  };
  return { address: `127.0.0.1:${socket.address().port}`, asked, release };
}

/** Names by that server; they end with the test. */
function hostNames(t: TestContext, { address }: Pick<DnsServer, 'address'>, nowNs = () => 0): HostNames {
  const names = new HostNames({ nowNs, servers: [address] });
  t.after(() => names.stop());
  return names;
}

const PUBLIC = ['8.8.4.4', '2600::1', '9.9.9.9'];
const ZONE: Zone = {
  '4.4.8.8.in-addr.arpa': ['dns.example.net'],
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.2.ip6.arpa': ['six.example.net'],
  '9.9.9.9.in-addr.arpa': null,
  '1.1.168.192.in-addr.arpa': ['printer.lan'],
};

test('names come later, and each address is asked for once', async (t) => {
  const server = await dnsServer(t, ZONE);
  const names = hostNames(t, server);
  const wanted = new Set([...PUBLIC, '', '0.0.0.0', '::', '192.168.1.1', '127.0.0.1', 'fe80::1']);
  assert.deepEqual(names.of(wanted, 'public'), {});
  await until('three answers', () => {
    names.of(wanted, 'public');
    return names.changed && server.asked.length === 3 && Object.keys(names.of(wanted, 'public')).length === 2;
  });
  assert.deepEqual(names.of(wanted, 'public'), {
    '8.8.4.4': 'dns.example.net',
    '2600::1': 'six.example.net',
  });
  assert.deepEqual(server.asked.toSorted(), Object.keys(ZONE).slice(0, 3).toSorted());
});

test('a private address is asked for only when all are', async (t) => {
  const server = await dnsServer(t, ZONE);
  const names = hostNames(t, server);
  const wanted = new Set(['192.168.1.1', '::ffff:192.168.1.1', '0.0.0.0', '::']);
  names.of(wanted, 'public');
  names.of(wanted, 'all');
  await until('the name', () => names.of(wanted, 'all')['192.168.1.1'] === 'printer.lan');
  assert.deepEqual([...new Set(server.asked)], ['1.1.168.192.in-addr.arpa']);
});

test('eight questions at once; what is not wanted any more is not asked', async (t) => {
  const many = Array.from({ length: 40 }, (_, at) => `8.8.8.${at}`);
  const zone = Object.fromEntries(
    many.map((address) => [reverseName(address), [`host${address.slice(6)}.net`]]),
  );
  const server = await dnsServer(t, zone, true);
  const names = hostNames(t, server);
  names.of(new Set(many), 'public');
  await until('eight questions', () => server.asked.length === 8);
  names.of(new Set(many.slice(0, 10)), 'public');
  server.release();
  await until('ten names', () => Object.keys(names.of(new Set(many.slice(0, 10)), 'public')).length === 10);
  assert.equal(server.asked.length, 10);
});

test('an answer holds for a time; the old name stays until the new one is there', async (t) => {
  const zone: Zone = { '4.4.8.8.in-addr.arpa': ['old.example.net'] };
  const server = await dnsServer(t, zone);
  let nowNs = 0;
  const names = hostNames(t, server, () => nowNs);
  const wanted = new Set(['8.8.4.4']);
  await until('the name', () => names.of(wanted, 'public')['8.8.4.4']);
  zone['4.4.8.8.in-addr.arpa'] = ['new.example.net'];
  nowNs = 599e9;
  names.of(wanted, 'public');
  nowNs = 601e9;
  assert.deepEqual(names.of(wanted, 'public'), { '8.8.4.4': 'old.example.net' });
  await until('the new name', () => names.of(wanted, 'public')['8.8.4.4'] === 'new.example.net');
  assert.equal(server.asked.length, 2);
});

test('a server that does not answer is told; off ends what was asked', async (t) => {
  const silent = await dnsServer(t, {});
  const names = hostNames(t, silent);
  names.of(new Set(['8.8.4.4']), 'public');
  await until('a question', () => silent.asked.length > 0);
  names.stop();
  assert.deepEqual([names.of(new Set(['8.8.4.4']), 'off'), names.trouble], [{}, null]);

  const closed = createSocket('udp4').bind(0, '127.0.0.1');
  await once(closed, 'listening');
  const address = `127.0.0.1:${closed.address().port}`;
  closed.close();
  const refused = hostNames(t, { address });
  await until('the trouble', () => {
    refused.of(new Set(['8.8.4.4']), 'public');
    return refused.trouble === 'ECONNREFUSED';
  });
});

test('names that DNS gives to hurt are none', async (t) => {
  const hostile = ['\x1b[31mred.example.net', '10.0.0.1', 'a b.net', '-x.net', 'ok.example.net'];
  const server = await dnsServer(t, { '4.4.8.8.in-addr.arpa': hostile, '9.9.9.9.in-addr.arpa': ['x y'] });
  const names = hostNames(t, server);
  const wanted = new Set(['8.8.4.4', '9.9.9.9']);
  await until('an answer', () => Object.keys(names.of(wanted, 'public')).length > 0);
  assert.deepEqual(names.of(wanted, 'public'), { '8.8.4.4': 'ok.example.net' });
});

test('what may be shown as the name of a host', () => {
  const good = [
    'example.net',
    '_dmarc.example.net',
    'a-b.c',
    'x',
    'ec2-3-4.compute.aws',
    '4.3.2.1.in-addr.arpa',
  ];
  const bad = [
    '',
    '.',
    'a..b',
    'a b',
    'é.net',
    '1.2.3.4',
    '1',
    'a.0x7f',
    '-a.net',
    'a-.net',
    'a\u202eb.net',
    'a/b',
  ];
  assert.deepEqual(good.filter(isHostName), good);
  assert.deepEqual([...bad, `${'a'.repeat(64)}.net`, 'a.'.repeat(130)].filter(isHostName), []);
});

test('names of addresses in the reverse zones', () => {
  assert.deepEqual(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::567:89ab'].map(reverseName), [
    '7.2.0.192.in-addr.arpa',
    '7.2.0.192.in-addr.arpa',
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  ]);
});
