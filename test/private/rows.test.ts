import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilter } from '../../src/filter/parser.ts';
import type { ConnectionRow, ProcessRow } from '../../src/model/model.ts';
import { Privacy } from '../../src/private/privacy.ts';
import { connectionRows, fullPacketRow, processRows } from '../fixtures/rows.ts';

const CONTAINER = '4f1c0de5';

/** Members that differ. */
const changed = (one: object, other: object): string[] =>
  Object.entries(one).flatMap(([name, value]) =>
    JSON.stringify(value) === JSON.stringify(other[name as keyof typeof other]) ? [] : [name],
  );

test('of a packet the ends, the tunnel’s ends, the station and the namespace are hidden, and nothing else', () => {
  const privacy = new Privacy();
  const row = fullPacketRow();
  const hidden = privacy.of(row);
  assert.deepEqual(changed(row, hidden).sort(), [
    'destination',
    'destinationMac',
    'inner',
    'netnsName',
    'source',
  ]);
  assert.deepEqual(changed(row.inner ?? {}, hidden.inner ?? {}), ['source', 'destination']);
  assert.equal(hidden.source, privacy.text('address', row.source));
  assert.deepEqual(row, fullPacketRow(), 'what is given stays');
});

test('of a process user, command line, unit and container are hidden, its name is not', () => {
  const privacy = new Privacy();
  const rows = processRows(8);
  const hidden = privacy.of(rows);
  const text = JSON.stringify(hidden);
  for (const secret of [
    'alice',
    'www-data',
    'daemon off',
    'nginx.service',
    CONTAINER,
    'shop-web',
    'registry',
  ])
    assert.ok(!text.includes(secret), secret);
  assert.deepEqual(
    hidden.map(({ process, pid, rxBytes }) => [process, pid, rxBytes]),
    rows.map(({ process, pid, rxBytes }) => [process, pid, rxBytes]),
  );
  assert.equal(hidden[4]?.user, 'root');
});

const group = (by: 'container' | 'unit' | 'user' | 'name', key: string, name: string): ProcessRow => {
  const [row] = processRows(1);
  assert.ok(row);
  return { ...row, key: `${by}:${key}`, process: name, group: { by, processes: 2, depth: 0 } };
};

test('groups of processes are hidden by what they are of, by the same pseudonym as what is in them', () => {
  const privacy = new Privacy();
  const told = (row: ProcessRow): [string, string] => {
    const { key, process } = privacy.of(row);
    return [key, process];
  };
  assert.deepEqual(told(group('name', 'nginx', 'nginx')), ['name:nginx', 'nginx']);
  assert.deepEqual(told(group('unit', '', 'no systemd unit')), ['unit:', 'no systemd unit']);
  const [unitKey, unit] = told(group('unit', 'shop.service', 'shop.service'));
  assert.deepEqual([unitKey, unit], [`unit:${unit}`, privacy.text('unit', 'shop.service')]);
  const id = CONTAINER.repeat(8);
  const [key, named] = told(group('container', id, 'shop-web-1 (registry.example/web:4)'));
  assert.match(`${key} ${named}`, /^container:c-\w{7} c-\w{7} \(image-\w{7}\)$/);
  const [idKey, unnamed] = told(group('container', id, id.slice(0, 12)));
  assert.equal(idKey, `container:${unnamed}`, 'by its id, whole or cut');
  assert.match(told(group('user', '1000', 'alice')).join(), /^user:1000,user-\w{7}$/);
});

test('groups of connections', () => {
  const privacy = new Privacy();
  const [row] = connectionRows(1);
  const of = (by: 'host' | 'network' | 'port' | 'container', name: string, filter: string | null) => {
    const known = { connections: 1, closed: 0, worstShare: null, rtt: [], connect: [], retransmits: [] };
    const made = privacy.of({ ...row, group: { ...known, by, key: name, name, filter } } as ConnectionRow);
    return [made.group?.key, made.group?.name, made.group?.filter];
  };
  const host = privacy.text('address', '8.8.4.4');
  assert.deepEqual(of('host', '8.8.4.4', 'host 8.8.4.4'), [host, host, `host ${host}`]);
  assert.deepEqual(of('host', '*', null), ['*', '*', null]);
  const network = privacy.text('address', '8.8.4.0/24');
  assert.ok(host.startsWith(network.replace(/0\/24$/, '')));
  assert.deepEqual(of('network', '8.8.4.0/24', 'net 8.8.4.0/24'), [network, network, `net ${network}`]);
  assert.deepEqual(of('port', 'tcp/443', null), ['tcp/443', 'tcp/443', null]);
});

test('machines of a fleet have one pseudonym in rows and sentences, whatever a server calls them', () => {
  const privacy = new Privacy();
  const named = ['prom.corp.net:9090', 'web 1 (prod)', 'web 12 (prod)', '10.1.2.3:9431', 'db-7'];
  const says = (names: readonly string[]) =>
    `${names[0]} cannot be asked; 4 hosts stopped to report: ${names
      .slice(1)
      .map((name) => `${name} (2m05s)`)
      .join(', ')}`;
  const hidden = privacy.of({ status: { named, problem: says(named), warnings: [says(named)] } });
  assert.equal(hidden.status.problem, says(hidden.status.named));
  assert.equal(hidden.status.warnings[0], says(hidden.status.named));
  assert.equal(privacy.sentence(says(named), named), says(hidden.status.named));
  assert.equal(new Set([...hidden.status.named, ...named]).size, 2 * named.length);
  const row = {
    host: 'db-7',
    labels: { process: 'nginx', port: '443', reason: 'NO_SOCKET', kind: 'scanIn' },
  };
  assert.deepEqual(privacy.of(row), { ...row, host: hidden.status.named[4] });
  const filter = privacy.filter(readFilter('instance db-7 and process nginx')).text;
  assert.equal(filter, `instance ${hidden.status.named[4]} and process nginx`);
});

test('sentences have the names that stand in the same row, wherever they stand', () => {
  const privacy = new Privacy();
  const alert = privacy.of({
    message: 'acme-prod: 8.8.4.4 tried 40 ports',
    command: 'ip netns exec acme-prod nft list ruleset',
    evidence: { source: '8.8.4.4', ports: 40 },
    kind: 'scanIn',
    netnsName: 'acme-prod',
    remote: '8.8.4.4:53',
  });
  const [address, netns] = [privacy.text('address', '8.8.4.4'), alert.netnsName];
  assert.match(netns, /^netns-\w{7}$/);
  assert.deepEqual(alert, {
    message: `${netns}: ${address} tried 40 ports`,
    command: `ip netns exec ${netns} nft list ruleset`,
    evidence: { source: address, ports: 40 },
    kind: 'scanIn',
    netnsName: netns,
    remote: `${address}:53`,
  });
});

test('a rule of the user’s own has any names in it: it is hidden as a whole', () => {
  const rule = 'host alice.corp and failures > 5';
  const hidden = new Privacy().of({
    kind: 'rule',
    subject: rule,
    message: `failures 7/s: ${rule}`,
    evidence: { rule, value: 7 },
  });
  assert.match(hidden.subject, /^rule-\w{7}$/);
  assert.equal(hidden.message, `failures 7/s: ${hidden.subject}`);
  assert.deepEqual(hidden.evidence, { rule: hidden.subject, value: 7 });
});

test('names of hosts stand by the pseudonyms of their addresses; a member that nobody knows is hidden', () => {
  const privacy = new Privacy();
  const names = privacy.of({ hosts: { '8.8.4.4': 'dns.corp' }, services: { 'tcp/443': 'https' } });
  assert.deepEqual(names, {
    hosts: { [privacy.text('address', '8.8.4.4')]: privacy.text('host', 'dns.corp') },
    services: { 'tcp/443': 'https' },
  });
  assert.match(privacy.of({ novelty: 'secret' }).novelty, /^name-\w{7}$/);
});

test('a filter is shown with pseudonyms, as a filter', () => {
  const privacy = new Privacy();
  const filter = readFilter(
    'tcp and (host 8.8.4.4 or net 8.8.4.0/24) and not host db.corp and process nginx',
  );
  const hidden = privacy.filter(filter);
  const [host, network, name] = [
    privacy.text('address', '8.8.4.4'),
    privacy.text('address', '8.8.4.0/24'),
    privacy.text('host', 'db.corp'),
  ];
  const wanted = `tcp and (host ${host} or net ${network}) and not host ${name} and process nginx`;
  assert.deepEqual(hidden.expression, readFilter(wanted).expression);
});
