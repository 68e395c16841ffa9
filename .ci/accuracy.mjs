/**
 * npm run accuracy: sets up what is missing, builds, and moves known numbers of bytes beside nettop and other
 * tools; what each says goes into docs/accuracy.md. Root only.
 */
import { spawnSync } from 'node:child_process';
import { root } from './fresh.mjs';
import { orExplain, SetUpError, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(async () => {
  if (process.getuid() !== 0) throw new SetUpError('nettop traces as root only: run it as root');
  await setUp({ test: true });
});
say('comparing; it takes some minutes');
const compare = ['--import', 'tsx', `${root}/test/accuracy/compare.ts`];
const { status } = spawnSync(process.execPath, compare, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
