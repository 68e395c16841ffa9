import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { familyOf, installCommand, nameOf, needs } from './needs.mjs';
import { run, SetUpError, say } from './say.mjs';

/** Installs the system packages that the stages need and that are not there. Throws SetUpError. */
export function ensurePackages(stages) {
  const missing = missingFor(stages.filter((stage) => stage !== 'test'));
  if (missing.length > 0) install(missing);
  if (stages.includes('test')) ensureTestPackages();
}

/** Tests whose tool cannot be had report skipped, so a failed installation does not stop the others. */
function ensureTestPackages() {
  const missing = missingFor(['test']);
  if (missing.length === 0) return;
  try {
    install(missing);
  } catch (error) {
    if (process.getuid() !== 0) throw error;
    say(error.message);
  }
}

function install(missing) {
  const family = familyOf(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  const command = installCommand(family, missing);
  const names = missing.map(nameOf).join(', ');
  if (command === null)
    throw new SetUpError(`missing: ${names}. Install them with your package manager and start again.`);
  const line = command.join(' ');
  if (process.getuid() !== 0) throw new SetUpError(`missing: ${names}. To install them:\n  sudo ${line}`);
  say(`installing what is missing (${names}): ${line}`);
  runManager(command);
  const still = missingFor(missing.map((need) => need.stage)).filter((need) => missing.includes(need));
  if (still.length > 0)
    throw new SetUpError(`still missing after the installation: ${still.map(nameOf).join(', ')}`);
}

/** A new machine has no package lists, and another apt-get may be at work on it for its first minutes. */
function runManager(command) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (command[0] !== 'apt-get') return run(command, { env });
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  spawnSync('apt-get', [...lock, 'update'], { env, stdio: 'ignore' });
  run(['apt-get', ...lock, ...command.slice(1)], { env });
}

function missingFor(stages) {
  return needs.filter((need) => stages.includes(need.stage) && !isPresent(need));
}

function isPresent({ command, library, header }) {
  if (command) return searchPath().some((folder) => existsSync(`${folder}/${command}`));
  if (library) return libraryFolders().some((folder) => existsSync(`${folder}/${library}`));
  return existsSync(`/usr/include/${header}`);
}

/** Administration tools stand in folders that an ordinary user's PATH leaves out. */
const searchPath = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

function libraryFolders() {
  const multiarch = readdirSync('/usr/lib').filter((name) => name.includes('-linux-'));
  return [
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
    '/usr/local/lib64',
    '/lib',
    ...multiarch.map((name) => `/usr/lib/${name}`),
  ];
}
