/** npm run demo: sets up what is missing, builds, and films a real run of nettop into demo.gif. Root only. */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, SetUpError, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(async () => {
  if (process.getuid() !== 0) throw new SetUpError('the demo makes network namespaces: run it as root');
  await setUp({ demo: true });
});
say('filming');
const film = ['--import', 'tsx', `${root}/.ci/demo/film.mjs`, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, film, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
