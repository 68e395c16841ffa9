/**
 * npm run demo: sets up what is missing, builds, and films a real run of nettop into demo.gif. Root only.
 * npm run demo -- dashboard: draws a dashboard with what a Prometheus has of one into docs/dashboard.png.
 */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, SetUpError, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(async () => {
  if (process.getuid() !== 0) throw new SetUpError('the demo makes network namespaces: run it as root');
  await setUp({ demo: true });
});
const [first, ...rest] = process.argv.slice(2);
const [name, args] = first === 'dashboard' ? [first, rest] : ['film', process.argv.slice(2)];
say(name === 'film' ? 'filming' : 'watching for a minute and a half');
const made = ['--import', 'tsx', `${root}/.ci/demo/${name}.mjs`, ...args];
const { status } = spawnSync(process.execPath, made, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
