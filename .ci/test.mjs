/**
 * npm test: sets up what is missing, builds, and runs every test, or those whose path contains an argument;
 * with -t NAME those alone whose name contains it. With --quick (npm run test:quick) those that need neither root nor
 * a kernel nor a build, and nothing is built.
 * With --kernels (npm run test:kernels) those of test/kernels instead, each a Linux kernel on an emulated machine,
 * or those named by the arguments; with --all both. Kernels are for root only.
 */
import { spawnSync } from 'node:child_process';
import { choiceOf } from './choice.mjs';
import { root } from './fresh.mjs';
import { orExplain, say } from './say.mjs';
import { ensureModules, setUp } from './setup.mjs';

const args = process.argv.slice(2);
await orExplain(async () => {
  const choice = choiceOf(args);
  const kernels = choice.kernels || choice.all;
  if (choice.quick) ensureModules();
  else await setUp({ test: true, kernels });
  say(kernels ? 'testing; a kernel takes a few minutes' : 'testing');
});
const suite = ['--import', 'tsx', `${root}/.ci/suite.mjs`, ...args];
const { status } = spawnSync(process.execPath, suite, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
