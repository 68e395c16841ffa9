/**
 * npm run lint: what the style has against TypeScript, JSON and the C of bpf/. With --write (npm run format) it mends
 * what it can.
 */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { say } from './say.mjs';
import { ensureModules } from './setup.mjs';

const options = process.argv.slice(2);
ensureModules();
const biome = ['biome', 'check', '--config-path=.ci/style.json', ...options];
const { status } = spawnSync('npx', biome, { cwd: root, stdio: 'inherit' });
const { formatAll, unformatted } = await import('./c-style.mjs'); // there after ensureModules alone
if (options.includes('--write')) formatAll();
const left = unformatted();
for (const { path } of left) say(`${path} is not formatted: npm run format`);
process.exitCode = status || (left.length > 0 ? 1 : 0);
