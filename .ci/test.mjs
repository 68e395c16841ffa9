/**
 * npm test: sets up what is missing, builds, and runs every test, or those whose path contains an argument.
 * With --kernels (npm run test:kernels) those of test/kernels instead, each a Linux kernel on an emulated machine,
 * or those named by the arguments; with --all both. Kernels are for root only.
 */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, say } from './say.mjs';
import { setUp } from './setup.mjs';

const args = process.argv.slice(2);
const kernels = args.includes('--kernels') || args.includes('--all');
await orExplain(() => setUp({ test: true, kernels }));
say(kernels ? 'testing; a kernel takes a few minutes' : 'testing');
const suite = ['--import', 'tsx', `${root}/.ci/suite.mjs`, ...args];
const { status } = spawnSync(process.execPath, suite, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
