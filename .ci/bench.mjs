/**
 * npm run bench: sets up what is missing, builds, and tells what a trace costs whose filter matches 10 of
 * 100,000 packets a second, and whether each of these came with its whole path; then what 100,000 open sockets
 * cost; then whether each of as many connections as the machine can make is counted, and what that costs. Root only.
 * npm run bench -- NAME [ARGUMENT ...]: that one of test/bench/ alone, such as soak, screen (nettop beside its peers),
 * requests (what following them costs), or pieces (what it takes to put one together).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root } from './fresh.mjs';
import { orExplain, SetUpError, say } from './say.mjs';
import { setUp } from './setup.mjs';

await orExplain(async () => {
  if (process.getuid() !== 0) throw new SetUpError('nettop traces as root only: run it as root');
  await setUp({ test: true, bench: true });
});
say('measuring');
const given = process.argv.slice(2);
const isOne = existsSync(`${root}/test/bench/${given[0]}.ts`);
for (const [name, ...args] of isOne ? [given] : [['few', ...given], ['many'], ['storm']]) {
  const bench = ['--import', 'tsx', `${root}/test/bench/${name}.ts`, ...args];
  const { status } = spawnSync(process.execPath, bench, { cwd: root, stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
}
