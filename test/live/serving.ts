import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Target } from '../fixtures/exporters.ts';
import { valuesOf } from '../fixtures/prometheus-text.ts';
import { Started, startChild } from './started.ts';
import { until } from './until.ts';

/** nettop serve on a port of its own. */
export class Serving extends Started {
  /** Once it is ready, such as `http://127.0.0.1:40000/metrics`. */
  url(): Promise<string> {
    return this.until('the address of the metrics', () => /metrics at (\S+)/.exec(this.errors)?.[1], 60_000);
  }

  async text(accept = 'text/plain'): Promise<string> {
    const response = await fetch(await this.url(), { headers: { accept } });
    assert.equal(response.status, 200);
    return response.text();
  }

  async values(): Promise<Map<string, number>> {
    return valuesOf(await this.text());
  }

  /** The values, once a condition holds of them. */
  valuesWhen(
    what: string,
    holds: (values: Map<string, number>) => boolean,
    ms?: number,
  ): Promise<Map<string, number>> {
    return this.until(
      what,
      async () => {
        const values = await this.values();
        return holds(values) && values;
      },
      ms,
    );
  }

  async end(): Promise<void> {
    this.signal('SIGTERM');
    assert.equal(await this.exited, 0, this.errors);
  }
}

export function startServing(
  t: TestContext,
  args: readonly string[] = [],
  within: readonly string[] = [],
  listen = '127.0.0.1:0',
): Serving {
  const all = ['serve', '--listen', listen, '--interval', '200ms', ...args];
  return new Serving(startChild(t, all, within, 'ignore'));
}

/** What promtool says of metrics or rules; '' where it has nothing against them. */
export function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `exit ${status}`;
}

export interface Sample {
  metric: Record<string, string>;
  value: [time: number, text: string];
}

/** A Prometheus that asks every half second. */
export class Prometheus {
  constructor(private readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async query(query: string): Promise<Sample[]> {
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query, nocache: '1' })}`);
    const told = (await response.json()) as { status: string; error?: string; data: { result: Sample[] } };
    if (told.status !== 'success') throw new Error(`${query}: ${told.error}`);
    return told.data.result;
  }

  /** What is wrong with the rules that it has evaluated; null: some were not yet. */
  async ruleErrors(): Promise<string[] | null> {
    const response = await fetch(`${this.url}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const all = data.groups.flatMap(({ rules }) => rules);
    if (all.length === 0 || all.some(({ health }) => health === 'unknown')) return null;
    return all.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`);
  }

  /** The value of a query with one result; null: it has none. */
  async value(query: string): Promise<number | null> {
    const [sample] = await this.query(query);
    return sample ? Number(sample.value[1]) : null;
  }
}

/** `scrape`: what stands in its configuration beside the target, as YAML of one line; `rules`: a file of rules. */
export async function startPrometheus(
  t: TestContext,
  url: string,
  scrape = '',
  rules = '',
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-prometheus-'));
  const port = await freePort();
  const { host, protocol } = new URL(url);
  const job = `{job_name: nettop, scheme: '${protocol.slice(0, -1)}', static_configs: [{targets: ['${host}']}]${scrape && `, ${scrape}`}}`;
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}\nscrape_configs: [${job}]\nrule_files: [${rules}]\n`,
  );
  return startServer(t, 'prometheus', folder, port);
}

/** Those that answer queries as Prometheus does. */
export type ServerName = 'prometheus' | 'victoria-metrics';

/** It asks these machines. */
export async function startFleetServer(
  t: Pick<TestContext, 'after'>,
  name: ServerName,
  targets: readonly Target[],
  interval: string,
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-fleet-'));
  const groups = targets.map(({ address, path, instance }) => ({
    targets: [address],
    labels: { __metrics_path__: path, instance },
  }));
  const jobs = [{ job_name: 'nettop', static_configs: groups }];
  const global = { scrape_interval: interval, scrape_timeout: interval };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify({ global, scrape_configs: jobs }));
  return startServer(t, name, folder, await freePort());
}

const ARGUMENTS: Readonly<Record<ServerName, (folder: string, port: number) => string[]>> = {
  prometheus: (folder, port) => [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ],
  'victoria-metrics': (folder, port) => [
    `-promscrape.config=${join(folder, 'prometheus.yml')}`,
    `-storageDataPath=${join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-loggerLevel=ERROR',
    '-memory.allowedPercent=10',
  ],
};

/** `folder`: with its configuration; it goes when the test is over. */
async function startServer(
  t: Pick<TestContext, 'after'>,
  name: ServerName,
  folder: string,
  port: number,
): Promise<Prometheus> {
  const child = spawn(name, ARGUMENTS[name](folder, port), { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  const prometheus = new Prometheus(port);
  await until(`${name} answers`, () => prometheus.query('1').catch(() => null), 60_000);
  return prometheus;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
