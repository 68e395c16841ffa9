/** npm test: sets up what is missing, builds, and runs every test, or those whose path contains an argument. */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(() => setUp({ test: true }));
say('testing');
const suite = ['--import', 'tsx', `${root}/.ci/suite.mjs`, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, suite, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
