/**
 * Draws dashboards/nettop-overview.json as docs/dashboard.png, with what a Prometheus has of a real nettop serve beside
 * the demo's network: Grafana's queries and places, and not its hand.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dist, root } from '../fresh.mjs';
import { orExplain, SetUpError, say } from '../say.mjs';
import { drawDashboard } from './chart.mjs';
import { closeNetwork, openNetwork } from './network.mjs';

const SECONDS = 90;
const [METRICS, PROMETHEUS] = ['127.0.0.1:9431', '127.0.0.1:9432'];
const DASHBOARD = 'nettop-overview.json';

const filled = (query) => query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '10s');
const named = (format, labels) =>
  (format ?? '').replaceAll(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? '');

/** Each answer as `[name, [seconds, value][]]`. */
async function ask({ expr, legendFormat }, end) {
  const asked = { query: filled(expr), start: end - SECONDS + 15, end, step: 1 };
  const response = await fetch(`http://${PROMETHEUS}/api/v1/query_range?${new URLSearchParams(asked)}`);
  const { data, error } = await response.json();
  if (!data) throw new SetUpError(`${expr}: ${error}`);
  return data.result.map(({ metric, values }) => [
    named(legendFormat, metric),
    values.map(([seconds, text]) => [seconds, Number(text)]),
  ]);
}

async function shown() {
  const end = Math.floor(Date.now() / 1000);
  const { title, panels } = JSON.parse(readFileSync(`${root}/dashboards/${DASHBOARD}`, 'utf8'));
  const drawn = [];
  for (const { title: name, type: kind, gridPos: place, targets, fieldConfig } of panels) {
    const series = (await Promise.all(targets.map((target) => ask(target, end)))).flat();
    drawn.push({ name, kind, place, unit: fieldConfig?.defaults?.unit, series });
  }
  return drawDashboard(title, drawn);
}

async function picture() {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-dashboard-'));
  const children = [];
  const start = (command, ...args) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    children.push(child);
    child.once('error', () => say(`${command} is not installed`));
  };
  const scrape = {
    static_configs: [{ targets: [METRICS], labels: { instance: 'demo' } }],
    job_name: 'nettop',
  };
  const configuration = join(folder, 'prometheus.yml');
  writeFileSync(
    configuration,
    JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }),
  );
  try {
    openNetwork();
    start(process.execPath, join(dist, 'cli.js'), 'serve', '--listen', METRICS);
    start(
      'prometheus',
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${PROMETHEUS}`,
      '--log.level=error',
    );
    await pause(SECONDS * 1000);
    return await shown();
  } finally {
    for (const child of children) {
      if (child.exitCode !== null || child.pid === undefined) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await closeNetwork();
    rmSync(folder, { recursive: true, force: true });
  }
}

const png = await orExplain(picture);
writeFileSync(join(root, 'docs', 'dashboard.png'), png);
say(`docs/dashboard.png: ${Math.ceil(png.length / 1024)} kB`);
process.exit(0);
