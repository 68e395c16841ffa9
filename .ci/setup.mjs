import { readFileSync } from 'node:fs';
import { freshen, root, staleOf } from './fresh.mjs';
import { ensurePackages } from './packages.mjs';
import { isObject, parts } from './parts.mjs';
import { run, SetUpError, say } from './say.mjs';

/** Brings a clone to the point where dist/ can run, doing only what is not done yet. Throws SetUpError. */
export async function setUp({ test = false, demo = false, kernels = false, bench = false } = {}) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new SetUpError(`Node.js 20 or newer is needed, this is ${process.versions.node}.`);
  const stale = staleOf(parts());
  const wanted = { run: true, build: stale.some(isObject), test, demo, kernels, bench };
  ensurePackages(Object.keys(wanted).filter((stage) => wanted[stage]));
  ensureModules();
  if (stale.length > 0) say(`building ${stale.map(({ name }) => name).join(', ')}`);
  await freshen(parts());
}

/** Throws SetUpError. */
export function ensureModules() {
  if (!modulesMatchLock()) installModules();
}

/** No module of ours needs its install script, and NODE_ENV=production must not leave out what the build needs. */
function installModules() {
  say('installing node modules');
  const env = { ...process.env, npm_config_loglevel: 'error' };
  run(['npm', 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, env });
}

/** npm leaves a record of what it installed; only packages for other systems may be missing from it. */
function modulesMatchLock() {
  const wanted = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  const isInstalled = ([path, { version, optional }]) =>
    path === '' || (optional && !installed[path]) || installed[path]?.version === version;
  return Object.entries(wanted).every(isInstalled);
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(`${root}/${lockFile}`, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
