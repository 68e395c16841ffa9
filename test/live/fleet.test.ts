import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Exporters, instanceOf } from '../fixtures/exporters.ts';
import { launch } from '../fixtures/pty.ts';
import { cli, live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { has, rowsOf } from './screen.ts';
import {
  type Prometheus,
  type ServerName,
  startFleetServer,
  startPrometheus,
  startServing,
} from './serving.ts';
import { until } from './until.ts';

const MB = 1_000_000;
const HOSTS = 40;
const COPIES = 3;
/** Of this many the speed of one process is twice that of the host before. */
const FAST = 20;
const SILENT = 5;
const SERVERS: readonly ServerName[] = ['prometheus', 'victoria-metrics'];

const isInstalled = (name: ServerName): boolean => spawnSync('which', [name]).status === 0;

const speed = (host: number, copy: number): number => (copy === 0 && host < FAST ? 100 * 2 ** host : 0);

interface Line {
  type: string;
  host: string | null;
  hosts?: number;
  process?: string;
  reason?: string;
  port?: string;
  kind?: string;
  receiveBytes?: number;
  packets?: number;
  acceptLimit?: number;
  on?: number;
  connections?: number | null;
  ageSeconds: number | null;
  stale: boolean;
}

/** What `nettop fleet` prints as JSON, once, without the summary. */
async function fleet(prometheus: Prometheus, ...args: string[]): Promise<Line[]> {
  return (await printed(prometheus, ...args)).lines;
}

/** The same, with all of it as text, and what is said beside. */
async function printed(prometheus: Prometheus, ...args: string[]): Promise<{ lines: Line[]; all: string }> {
  const top = args.includes('--top') ? [] : ['--top', '10000'];
  const all = ['fleet', ...args.filter(Boolean), ...top, '--json', '-c', '1', '--prometheus', prometheus.url];
  const child = spawn(process.execPath, [cli, ...all], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, errors);
  const lines = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return { lines: lines.filter(({ type }) => type !== 'summary'), all: output + errors };
}

test(
  `${HOSTS} machines in a Prometheus and in a VictoriaMetrics: what fleet shows is what they served`,
  live(async (t) => {
    const serving = startServing(t);
    await serving.url();
    const exporters = new Exporters({ template: await serving.text(), hosts: HOSTS, copies: COPIES, speed });
    await serving.end();
    const targets = await exporters.listen(t);
    const started = SERVERS.map(
      async (name) => isInstalled(name) && startFleetServer(t, name, targets, '2s'),
    );
    const servers = await Promise.all(started);
    for (const [at, name] of SERVERS.entries())
      await t.test(name, async (t) => {
        const server = servers[at];
        if (server) await compared(t, server, exporters);
        else t.skip(`${name} is not installed`);
      });
    exporters.silence(SILENT);
    for (const server of servers) if (server) await silent(server);
  }),
);

async function compared(t: TestContext, server: Prometheus, exporters: Exporters): Promise<void> {
  const rates = 'count(sum by (instance) (rate(nettop_receive_bytes_total[30s])))';
  await until('rates of all of them', async () => (await server.value(rates)) === HOSTS);
  await processes(server, exporters);
  await drops(server, exporters);
  await listeners(server, exporters);
  await alerts(server);
  await pseudonyms(t, server);
  await screen(t, server);
}

/** Each machine has one pseudonym in all its rows, no two have the same, and nothing else is changed. */
async function pseudonyms(t: TestContext, server: Prometheus): Promise<void> {
  const filter = 'process app-1 or process app-2';
  const shape = ({ process, receiveBytes }: Line) => `${process} ${receiveBytes}`; // no two machines have the same
  const real = new Map((await fleet(server, 'processes', filter)).map((line) => [shape(line), line.host]));
  const { lines, all } = await printed(server, 'processes', '--private', `(${filter}) and instance host-*`);
  assert.doesNotMatch(all, NAME);
  assert.equal(lines.length, 2 * HOSTS);
  const names = new Map<string | null | undefined, Set<string | null>>();
  for (const line of lines) {
    const host = real.get(shape(line));
    names.set(host, (names.get(host) ?? new Set()).add(line.host));
  }
  assert.deepEqual([names.size, names.has(undefined)], [HOSTS, false]);
  const own = [...names.values()].map((one) => [...one]);
  assert.ok(own.every((one) => one.length === 1));
  assert.equal(new Set(own.flat()).size, HOSTS);
  const ui = launch(process.execPath, [cli, 'fleet', '--private', '--prometheus', server.url], {
    columns: 120,
    rows: 44,
  });
  t.after(ui.close);
  const hidden = (lines: string[]) => {
    assert.doesNotMatch(lines.join('\n'), NAME);
    return true;
  };
  await ui.until((lines) => hidden(lines) && has(/PRIVATE/)(lines) && has(/h\w{7} +app-0 /)(lines));
  ui.write('1');
  await ui.until((lines) => hidden(lines) && has(/1 Hosts 40/)(lines));
  ui.write('\r');
  await ui.until((lines) => hidden(lines) && has(/^ host +h\w{7} *$/)(lines));
  ui.write('\x1b');
  await ui.until((lines) => hidden(lines) && has(/1 Hosts 1\/40/)(lines));
  ui.write('P');
  await ui.until(has(NAME));
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
}

/** As they are called. */
const NAME = /host-00/;

/** A machine that has stopped to report is there, with its age, and without figures. */
async function silent(server: Prometheus): Promise<void> {
  const hosts = await until('a silent machine', async () => {
    const found = await fleet(server, 'hosts');
    return found.some(({ host, stale }) => stale && host === instanceOf(SILENT)) && found;
  });
  assert.deepEqual(hosts.map(({ host }) => host).sort(), all(instanceOf));
  const row = hosts.find(({ host }) => host === instanceOf(SILENT));
  assert.ok((row?.ageSeconds ?? 0) > 0);
  assert.equal(row?.connections, null);
  const { lines, all: told } = await printed(server, 'hosts', '--private');
  assert.doesNotMatch(told, NAME);
  const [, named] = /1 host stopped to report: (\S+) \(/.exec(told) ?? [];
  assert.equal(lines.find(({ stale }) => stale)?.host, named, 'in sentences it has the same one');
}

const all = <T>(of: (host: number) => T): T[] => Array.from({ length: HOSTS }, (_, host) => of(host));

/** Waits until the rows are these: a scrape that came too late leaves out a machine for a moment. */
async function shows(
  server: Prometheus,
  args: readonly string[],
  of: (line: Line) => unknown,
  expected: readonly unknown[],
  isOrdered = false,
): Promise<void> {
  const inOrder = (values: readonly unknown[]) => {
    const texts = values.map((value) => JSON.stringify(value));
    return isOrdered ? texts : texts.sort();
  };
  let found: string[] = [];
  await until(`rows of ${args.join(' ')}`, async () => {
    found = inOrder((await fleet(server, ...args)).map(of));
    return isDeepStrictEqual(found, inOrder(expected));
  }).catch((error: Error) => {
    assert.deepEqual(found, inOrder(expected), error.message);
  });
}

const RECEIVED = 'nettop_process_receive_bytes_total';

async function processes(server: Prometheus, exporters: Exporters): Promise<void> {
  await shows(
    server,
    ['processes'],
    ({ host, process, receiveBytes }) => [host, process, receiveBytes],
    served(exporters, RECEIVED).map(([host, labels, value]) => [host, labels.process, value]),
  );
  await shows(
    server,
    ['processes', '--top', '5'],
    ({ host, process }) => `${host} ${process}`,
    [19, 18, 17, 16, 15].map((host) => `${instanceOf(host)} app-0`),
    true,
  );
  const each = all((host) => exporters.values(host).get(`${RECEIVED}{process="app-1"}`) ?? 0);
  await shows(
    server,
    ['processes', '--by', 'process', 'process', 'app-1'],
    ({ host, hosts, process, receiveBytes }) => [host, hosts, process, receiveBytes],
    [[null, HOSTS, 'app-1', each.reduce((a, b) => a + b)]],
  );
  await shows(
    server,
    ['processes', '(process APP-1 or process app-2) and not instance *-001?'],
    ({ host, process }) => `${host} ${process}`,
    all((host) => host)
      .filter((host) => host < 10 || host > 19)
      .flatMap((host) => [`${instanceOf(host)} app-1`, `${instanceOf(host)} app-2`]),
  );
}

async function drops(server: Prometheus, exporters: Exporters): Promise<void> {
  await shows(
    server,
    ['drops'],
    ({ host, reason, packets }) => [host, reason, packets],
    byReason(served(exporters, 'nettop_dropped_packets_total')).filter(([, , packets]) => packets > 0),
  );
}

/** Of all protocols. */
function byReason(series: ReturnType<typeof served>): [host: string, reason: string, packets: number][] {
  const sums = new Map<string, number>();
  for (const [host, { reason = '' }, value] of series) {
    const row = JSON.stringify([host, reason]);
    sums.set(row, (sums.get(row) ?? 0) + value);
  }
  return [...sums].map(([row, packets]) => [...(JSON.parse(row) as [string, string]), packets]);
}

async function listeners(server: Prometheus, exporters: Exporters): Promise<void> {
  const limits = served(exporters, 'nettop_listen_accept_queue_limit');
  const isHigh = ([, { port }]: (typeof limits)[number]) => Number(port) >= 1000 && Number(port) <= 39_999;
  for (const [filter, expected] of [
    ['', limits],
    ['portrange 1000-39999', limits.filter(isHigh)],
  ] as const)
    await shows(
      server,
      ['listeners', filter],
      ({ host, port, process, acceptLimit }) => [host, port, process, acceptLimit],
      expected.map(([host, { port, process }, value]) => [host, port, process, value]),
    );
}

async function alerts(server: Prometheus): Promise<void> {
  await shows(
    server,
    ['alerts'],
    ({ host, kind, on }) => [host, kind, on],
    [33, 23, 13, 3].map((host) => [instanceOf(host), 'synFlood', host]),
    true,
  );
}

/** Series of a metric at all machines. */
function served(
  exporters: Exporters,
  metric: string,
): [host: string, labels: Record<string, string>, value: number][] {
  return all((host) =>
    [...exporters.values(host)]
      .filter(([series]) => series.split('{', 1)[0] === metric)
      .map(([series, value]): [string, Record<string, string>, number] => [
        instanceOf(host),
        labelsIn(series),
        value,
      ]),
  ).flat();
}

function labelsIn(series: string): Record<string, string> {
  const pairs = [...series.matchAll(/([{,])(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(
    pairs.map(([, , name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]),
  );
}

/** In order, then by all machines together, then into one of them. */
async function screen(t: TestContext, server: Prometheus): Promise<void> {
  const ui = launch(process.execPath, [cli, 'fleet', '--prometheus', server.url], { columns: 120, rows: 44 });
  t.after(ui.close);
  await ui.until((screen) => /host-0019 +app-0 /.test(rowsOf(screen, 2)[0] ?? ''));
  await ui.until(has(new RegExp(`nettop .*${HOSTS} hosts`)));
  ui.write('t');
  await ui.until((screen) => /^ +40 +app-0 /.test(rowsOf(screen, 2)[0] ?? ''));
  ui.write('t/process app-2\r');
  await ui.until((screen) => /host-00\d\d +app-2 /.test(rowsOf(screen, 2)[0] ?? ''));
  ui.write('\x1b');
  await ui.until((screen) => !has(/filter:/)(screen));
  ui.write('1');
  await ui.until((screen) => /1 Hosts 40/.test(screen.join('\n')));
  ui.write('/instance host-0013\r');
  await ui.until((screen) => rowsOf(screen, 1).length === 1);
  ui.write('\r');
  await ui.until(has(/host +host-0013/));
  await ui.until(has(/^ Processes/));
  ui.write('G');
  await ui.until(has(/^ Listeners/));
  await ui.until(has(/synFlood +13/));
  ui.write('\x1b');
  await ui.until(has(/1 Hosts/));
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
}

test(
  'bytes of a known transfer, by a real exporter and a real Prometheus',
  live(
    async (t) => {
      const serving = startServing(t);
      const prometheus = await startPrometheus(t, await serving.url());
      const receiver = await startPeer(t, { name: 'takes' });
      const sender = await startPeer(t, { name: 'gives' });
      const port = await receiver.ask('listen', '127.0.0.1');
      await sender.ask('connect', '127.0.0.1', port);
      await sender.ask('send', 7 * MB);
      const row = await until('its row, with all of it', async () => {
        const rows = await fleet(prometheus, 'process', 'takes');
        return rows.find(({ process, receiveBytes }) => process === 'takes' && receiveBytes === 7 * MB);
      });
      assert.equal(row.host, new URL(await serving.url()).host);
      const values = await serving.values();
      assert.equal(values.get('nettop_process_receive_bytes_total{process="takes"}'), row.receiveBytes);
      const listening = await fleet(prometheus, 'listeners', 'port', String(port));
      assert.deepEqual(
        listening.map(({ port, process }) => [port, process]),
        [[String(port), 'takes']],
      );
    },
    ['prometheus'],
  ),
);
