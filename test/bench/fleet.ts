import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Fleet } from '../../src/fleet/fleet.ts';
import { Prometheus } from '../../src/fleet/prometheus.ts';
import { serverOf } from '../../src/fleet/server.ts';
import type { Question } from '../../src/model/question.ts';
import { Exporters } from '../fixtures/exporters.ts';
import { root } from '../fixtures/tool.ts';
import { type ServerName, type Serving, startFleetServer, startServing } from '../live/serving.ts';

/**
 * fleet.ts [HOSTS]: how long `nettop fleet` takes to refresh, beside a Prometheus and a VictoriaMetrics that scrape so
 * many machines (1,000): each tells what a real exporter tells, with 30 processes more. It fails above 2 s.
 */

const COPIES = 30;
const REFRESHES = 10;
const MOST_MS = 2000;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** What a screen of 120x44 asks for, in the order of the first pane that has the keys. */
const question: Question = {
  filter: null,
  intervalMs: 1000,
  views: Object.fromEntries(
    [
      ['fleet-hosts', 'rate'],
      ['fleet-processes', 'rate'],
      ['fleet-drops', 'drops'],
    ].map(([name, sort]) => [name, { sort, descending: true, rows: 12, cursor: null }]),
  ),
  inspect: null,
  resets: 0,
};

const after: (() => unknown)[] = [];
const t = { after: (step: () => unknown) => after.push(step) } as never;

async function templateOf(serving: Serving): Promise<string> {
  await serving.url();
  const text = await serving.text();
  await serving.end();
  return text;
}

async function measured(name: ServerName, exporters: Exporters, hosts: number): Promise<number> {
  const server = await startFleetServer(t, name, await exporters.listen(t), '10s');
  const isWhole = 'count(count by (instance) (count_over_time(nettop_up[1m]) >= 3))';
  while ((await server.value(isWhole)) !== hosts) await wait(2000);
  const series = await server.value('count({__name__=~"nettop_.+"})');
  const prometheus = new Prometheus(serverOf(server.url, undefined));
  const fleet = new Fleet(prometheus, { hostLabel: 'instance', top: 500 }, () => performance.now());
  const taken: number[] = [];
  for (let at = 0; at < REFRESHES; at++) {
    const began = performance.now();
    await fleet.read(question, true);
    taken.push(performance.now() - began);
    await wait(500);
  }
  const first = fleet.answer(question, { problem: null, refreshMs: null })['fleet-processes']?.rows[0];
  taken.sort((a, b) => a - b);
  const [median, worst] = [taken[taken.length >> 1] ?? 0, taken.at(-1) ?? 0];
  say(
    `${name}: ${hosts} machines, ${series} series: a refresh takes ${Math.round(median)} ms, at worst ${Math.round(worst)} ms; first of all: ${first?.host} ${first?.labels.process}`,
  );
  const began = performance.now();
  const args = ['fleet', '--json', '-c', '1', '--prometheus', server.url];
  const child = spawn(process.execPath, [`${root}dist/cli.js`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'exit');
  say(
    `${name}: nettop fleet --json -c 1, 500 rows: ${Math.round(performance.now() - began)} ms from start to end`,
  );
  prometheus.close();
  return worst;
}

async function main(hosts: number): Promise<void> {
  const template = await templateOf(startServing(t));
  const worst: number[] = [];
  for (const name of ['prometheus', 'victoria-metrics'] as const) {
    const speed = (host: number, copy: number): number => (host * COPIES + copy) * 100;
    const exporters = new Exporters({ template, hosts, copies: COPIES, speed });
    worst.push(await measured(name, exporters, hosts));
    for (const step of after.splice(0).reverse()) await step();
  }
  process.exit(worst.some((ms) => ms > MOST_MS) ? 1 : 0);
}

await main(Number(process.argv[2] ?? 1000));
