import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Fleet } from '../../src/fleet/fleet.ts';
import { Prometheus } from '../../src/fleet/prometheus.ts';
import { serverOf } from '../../src/fleet/server.ts';
import type { Question } from '../../src/model/question.ts';
import { Exporters } from '../fixtures/exporters.ts';
import { valuesOf } from '../fixtures/prometheus-text.ts';
import { root } from '../fixtures/tool.ts';
import {
  type Prometheus as Scraping,
  type ServerName,
  type Serving,
  startFleetServer,
  startServing,
} from '../live/serving.ts';

/**
 * fleet.ts [HOSTS]: how long `nettop fleet` takes to refresh, beside a Prometheus and a VictoriaMetrics that scrape so
 * many machines (1,000): each tells what a real exporter tells, with 30 processes more. It fails above 2 s.
 */

const COPIES = 30;
const SCRAPED = '30s';
/** A machine that is too busy to scrape them all says so. */
const PATIENCE_MS = 240_000;
const REFRESHES = 10;
const MOST_MS = 2000;
/** In which it is seen what scraping takes. */
const IDLE_MS = 10_000;
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

/** What the server takes of processors meanwhile. */
async function processorSeconds({ url }: Scraping, act: () => Promise<unknown>): Promise<number> {
  const now = async () =>
    valuesOf(await (await fetch(`${url}/metrics`)).text()).get('process_cpu_seconds_total') ?? 0;
  const before = await now();
  await act();
  return (await now()) - before;
}

/** Each of them twice within the window of rates. */
async function scraped(server: Scraping, hosts: number): Promise<void> {
  const query = 'count(count by (instance) (count_over_time(nettop_up[2m]) >= 2))';
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const whole = (await server.value(query)) ?? 0;
    if (whole === hosts) return;
    if (Date.now() > until) throw new Error(`${whole} of ${hosts} machines were scraped twice in time`);
    await wait(2000);
  }
}

async function measured(name: ServerName, exporters: Exporters, hosts: number): Promise<number> {
  const server = await startFleetServer(t, name, await exporters.listen(t), SCRAPED);
  await scraped(server, hosts);
  const series = await server.value('sum(scrape_samples_scraped)');
  const prometheus = new Prometheus(serverOf(server.url, undefined));
  const fleet = new Fleet(prometheus, { hostLabel: 'instance', top: 500 }, () => performance.now());
  const idle = await processorSeconds(server, () => wait(IDLE_MS));
  const taken: number[] = [];
  const refreshes = async () => {
    for (let at = 0; at < REFRESHES; at++) {
      const began = performance.now();
      await fleet.read(question, true);
      taken.push(performance.now() - began);
      await wait(500);
    }
  };
  const beganAll = performance.now();
  const spent = await processorSeconds(server, refreshes);
  const scraping = (idle * (performance.now() - beganAll)) / IDLE_MS;
  const each = Math.round(((spent - scraping) * 1000) / REFRESHES);
  const first = fleet.answer(question, { problem: null, refreshMs: null })['fleet-processes']?.rows[0];
  taken.sort((a, b) => a - b);
  const [median, worst] = [taken[taken.length >> 1] ?? 0, taken.at(-1) ?? 0];
  say(
    `${name}: ${hosts} machines, ${series} series: a refresh takes ${Math.round(median)} ms, at worst ${Math.round(worst)} ms, and ${each} ms of the server's processor; first of all: ${first?.host} ${first?.labels.process}`,
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
