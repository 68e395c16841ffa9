import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { sumOf } from '../fixtures/prometheus-text.ts';
import { startCrowd } from './crowd.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import { promtool, startPrometheus, startServing } from './serving.ts';
import { until } from './until.ts';

const MB = 1_000_000;
const received = (name: string) => `nettop_process_receive_bytes_total{process="${name}"}`;
const sent = (name: string) => `nettop_process_transmit_bytes_total{process="${name}"}`;

test(
  'a transfer is told to the byte, promtool has nothing against the text, and nothing is left behind',
  live(
    async (t) => {
      const serving = startServing(t);
      const receiver = await startPeer(t, { name: 'takes' });
      const sender = await startPeer(t, { name: 'gives' });
      await serving.url();
      const port = await receiver.ask('listen', '127.0.0.1');
      await sender.ask('connect', '127.0.0.1', port);
      await sender.ask('send', 5 * MB);
      const isWhole = (values: Map<string, number>) =>
        values.get(received('takes')) === 5 * MB && values.get(sent('gives')) === 5 * MB;
      const values = await serving.valuesWhen('5 MB at both ends', isWhole);
      assert.deepEqual([values.get(sent('takes')), values.get(received('gives'))], [0, 0]);
      await serving.valuesWhen(
        'the connection, and who made it',
        (values) =>
          values.get('nettop_tcp_connects_total{process="gives",result="ok"}') === 1 &&
          values.get('nettop_tcp_connect_duration_seconds_count{process="gives"}') === 1 &&
          values.get('nettop_tcp_accepts_total{process="takes"}') === 1 &&
          values.get(`nettop_listen_accept_queue{port="${port}",process="takes"}`) === 0,
      );
      assert.equal(promtool(['check', 'metrics'], await serving.text()), '');
      await serving.end();
    },
    ['promtool'],
  ),
);

const DISCARD = 9; // RFC 863: nothing listens there
const DROPS = 50;

/** Packets that the rules of a namespace dropped, by themselves: TCP, ICMP. */
const droppedByRules = (namespace: Namespace): number[] =>
  [...runIn(namespace, 'nft', 'list', 'ruleset').matchAll(/counter packets (\d+)/g)].map(([, count]) =>
    Number(count),
  );

test(
  'drops are told by reason and protocol, as the rules that did it count them',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      runIn(namespace, 'nft', 'add table inet t; add chain inet t c { type filter hook input priority 0; }');
      for (const protocol of ['tcp', 'icmp'])
        runIn(namespace, 'nft', `add rule inet t c meta l4proto ${protocol} counter drop`);
      const peer = await startPeer(t, namespace);
      await peer.ask('bindUdp', '127.0.0.1');
      const serving = startServing(t);
      await serving.url();
      const series = (reason: string, protocol: string) =>
        `nettop_dropped_packets_total{reason="${reason}",protocol="${protocol}"}`;
      const udp = series('NO_SOCKET', 'udp');
      const others = [series('NETFILTER_DROP', 'tcp'), series('NETFILTER_DROP', 'icmp')];
      await until('drops are counted', async () => {
        await peer.ask('sendUdp', 1, 1, '127.0.0.1', DISCARD);
        return ((await serving.values()).get(udp) ?? 0) > 0;
      });
      const [before, ruledBefore] = [await serving.values(), droppedByRules(namespace)];
      await peer.ask('sendUdp', DROPS, 100, '127.0.0.1', DISCARD); // each is refused by an ICMP message, which is dropped too
      await peer.ask('beginConnect', '127.0.0.1', DISCARD);
      const ruled = await until('both rules dropped some', () => {
        const more = droppedByRules(namespace).map((count, at) => count - (ruledBefore[at] ?? 0));
        return more.length === 2 && more.every((count) => count > 0) && more;
      });
      await serving.valuesWhen('all of them', (values) => {
        const more = (name: string) => (values.get(name) ?? 0) - (before.get(name) ?? 0);
        return more(udp) >= DROPS && others.every((name, at) => more(name) >= (ruled[at] ?? 0));
      });
      await serving.end();
    },
    ['nft'],
  ),
);

test(
  'a Prometheus asks, and answers queries',
  live(
    async (t) => {
      const serving = startServing(t);
      const prometheus = await startPrometheus(t, await serving.url());
      const receiver = await startPeer(t, { name: 'takes' });
      const sender = await startPeer(t, { name: 'gives' });
      const port = await receiver.ask('listen', '127.0.0.1');
      await sender.ask('connect', '127.0.0.1', port);
      await sender.ask('send', 3 * MB);
      const isTold = async () => (await prometheus.value(received('takes'))) === 3 * MB;
      await until('3 MB in Prometheus', isTold);
      assert.equal(await prometheus.value('up{job="nettop"}'), 1);
      assert.equal(await prometheus.value('nettop_up'), 1);
      await sender.ask('send', 1 * MB);
      const increase = 'sum(increase(nettop_process_transmit_bytes_total{process="gives"}[1m]))';
      await until('an increase', async () => ((await prometheus.value(increase)) ?? 0) > 0.9 * MB);
    },
    ['prometheus'],
  ),
);

test(
  'a name that a process chose to break the text with is one label',
  live(
    async (t) => {
      const name = 'a"} 1\n\\{x="é';
      const serving = startServing(t);
      await serving.url();
      const receiver = await startPeer(t, { name: 'takes' });
      const hostile = await startPeer(t, { name });
      const port = await receiver.ask('listen', '127.0.0.1');
      await hostile.ask('connect', '127.0.0.1', port);
      await hostile.ask('send', 4321);
      const values = await serving.valuesWhen('its bytes', (values) =>
        [...values].some(([, value]) => value === 4321),
      );
      const series = [...values].filter(([, value]) => value === 4321).map(([line]) => line);
      assert.ok(
        series.some((line) =>
          /^nettop_process_transmit_bytes_total\{process="a\\"\} 1.*\\\\\{x=\\"/.test(line),
        ),
        series.join('\n'),
      );
      for (const form of ['text/plain', 'application/openmetrics-text'])
        assert.doesNotMatch(await serving.text(form), /^(?!#|nettop_|process_|$)/m);
      assert.equal(promtool(['check', 'metrics'], await serving.text()), '');
    },
    ['promtool'],
  ),
);

test(
  'totals do not fall while processes of a name come and go, and count each of them',
  live(async (t) => {
    const serving = startServing(t);
    await serving.url();
    const receiver = await startPeer(t, { name: 'takes' });
    const port = await receiver.ask('listen', '127.0.0.1');
    let before = new Map<string, number>();
    for (let round = 1; round <= 5; round++) {
      const sender = await startPeer(t, { name: 'restarts' });
      await sender.ask('connect', '127.0.0.1', port);
      await sender.ask('send', 10_000);
      await until('they arrived', async () => (await receiver.ask('received')) === round * 10_000);
      await sender.end();
      const values = await serving.valuesWhen(
        `${round} of them`,
        (values) => values.get(sent('restarts')) === round * 10_000,
      );
      const isCounter = (name: string) => /_total(\{|$)|_(bucket|sum|count)(\{|$)/.test(name);
      for (const [name, value] of before)
        if (isCounter(name)) assert.ok((values.get(name) ?? 0) >= value, name);
      before = values;
    }
    for (const way of ['receive', 'transmit'])
      assert.equal(
        sumOf(before, `nettop_process_${way}_bytes_total`),
        before.get(`nettop_${way}_bytes_total`),
      );
  }),
);

test(
  'connections that fail are counted by why, DNS and HTTP by their answers',
  live(
    async (t) => {
      const { within } = createNamespace(t);
      const serving = startServing(t);
      await serving.url();
      const [command = '', ...rest] = within;
      const refused = spawnSync(command, [...rest, 'curl', '-s', 'http://127.0.0.1:1/'], {
        encoding: 'utf8',
      });
      assert.equal(refused.status, 7);
      spawnSync(command, [...rest, 'curl', '-s', '--max-time', '3', 'http://192.0.2.1/'], {
        encoding: 'utf8',
      });
      const count = (values: Map<string, number>, result: string) =>
        values.get(`nettop_tcp_connects_total{process="curl",result="${result}"}`) ?? 0;
      await serving.valuesWhen(
        'a refused one and one without a route',
        (values) => count(values, 'refused') >= 1 && count(values, 'unreachable') >= 1,
      );
      const python = startPythonWithin(t, within, 'answer_status', 8080, 7, 200, 200, 404, 503);
      await python.tells(0);
      python.goOn();
      await python.tells(1);
      const answered = (values: Map<string, number>, side: string, status: string) =>
        values.get(
          `nettop_http_requests_total{process="python3",side="${side}",method="GET",status_class="${status}"}`,
        );
      const isTold = (values: Map<string, number>, side: string) =>
        answered(values, side, '2xx') === 2 &&
        answered(values, side, '4xx') === 1 &&
        answered(values, side, '5xx') === 1;
      await serving.valuesWhen(
        'the answers of DNS, and those of HTTP at both ends',
        (values) =>
          (values.get('nettop_dns_queries_total{side="client",qtype="A",rcode="NXDOMAIN"}') ?? 0) >= 7 &&
          isTold(values, 'client') &&
          isTold(values, 'server'),
      );
    },
    ['curl'],
  ),
);

/** As many as are kept of those that ended, and some more. */
const CROWD = 10_500;

test(
  'tens of thousands of processes that come and go leave a bounded number of series, and no more memory',
  live(
    async (t) => {
      const { within } = createNamespace(t);
      const serving = startServing(t, ['--top', '20']);
      await serving.url();
      const crowd = startCrowd(t, within, CROWD, 10);
      const after = async (rounds: number) => {
        await crowd();
        return serving.valuesWhen(
          'all their bytes',
          (values) => (values.get('nettop_transmit_bytes_total') ?? 0) >= rounds * CROWD * 10,
          60_000,
        );
      };
      await after(1);
      const full = await after(2); // of what is kept all has been made room for once
      const last = await after(3);
      const names = [...last.keys()].filter((name) => name.startsWith('nettop_process_transmit_bytes_total'));
      assert.ok(names.length <= 21, names.join('\n'));
      assert.equal(
        sumOf(last, 'nettop_process_transmit_bytes_total'),
        last.get('nettop_transmit_bytes_total'),
      );
      const [before, now] = [full, last].map((values) => values.get('process_resident_memory_bytes') ?? 0);
      t.diagnostic(`${(before ?? 0) / MB} MB after ${2 * CROWD}, ${(now ?? 0) / MB} MB after ${3 * CROWD}`);
      assert.ok((now ?? 0) < 1.25 * (before ?? 0), `${before} ${now}`);
    },
    ['clang'],
  ),
);
