/**
 * npm run test:kernels: sets up what is missing, builds, and runs test/kernels, each file a Linux kernel on an
 * emulated machine, or those whose path contains an argument. Root only.
 */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(() => setUp({ test: true, kernels: true }));
say('booting kernels, a few minutes each');
const suite = ['--import', 'tsx', `${root}/.ci/suite.mjs`, '--kernels', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, suite, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
