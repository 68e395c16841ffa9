import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { familyOf, installable, installCommands, nameOf, needs } from './needs.mjs';
import { run, SetUpError, say } from './say.mjs';

/** Installs the system packages that the stages need and that are not there. Throws SetUpError. */
export function ensurePackages(stages) {
  const forTests = stages.filter((stage) => ['test', 'kernels', 'bench'].includes(stage));
  const missing = missingFor(stages.filter((stage) => !forTests.includes(stage)));
  if (missing.length > 0) install(missing);
  ensureTestPackages(forTests);
}

/** Tests whose tool cannot be had report skipped, so a failed installation does not stop the others. */
function ensureTestPackages(stages) {
  const missing = missingFor(stages);
  if (missing.length === 0) return;
  try {
    install(missing);
  } catch (error) {
    if (process.getuid() !== 0) throw error;
    say(error.message);
  }
}

function install(lacking) {
  const family = familyOf(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  const missing = installable(family, lacking);
  if (missing.length === 0) return;
  const commands = installCommands(family, missing);
  const names = missing.map(nameOf).join(', ');
  if (commands === null)
    throw new SetUpError(`missing: ${names}. Install them with your package manager and start again.`);
  const lines = commands.map((command) => command.join(' '));
  if (process.getuid() !== 0)
    throw new SetUpError(`missing: ${names}. To install them:\n  sudo ${lines.join(' && sudo ')}`);
  say(`installing what is missing (${names}): ${lines.join(' && ')}`);
  runAll(commands);
  const still = missing.filter((need) => !isPresent(need));
  if (still.length > 0)
    throw new SetUpError(`still missing after the installation: ${still.map(nameOf).join(', ')}`);
}

/** Only the last has to succeed: an update of the package lists fails by any one broken source. */
function runAll(commands) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of commands.slice(0, -1))
    spawnSync(command[0], command.slice(1), { env, stdio: 'ignore' });
  run(withPatience(commands.at(-1)), { env });
}

/** For its first minutes a new machine may be updating itself and holds apt-get's lock. */
function withPatience([manager, ...args]) {
  return manager === 'apt-get' ? [manager, '-o', 'DPkg::Lock::Timeout=300', ...args] : [manager, ...args];
}

function missingFor(stages) {
  return needs.filter((need) => stages.includes(need.stage) && !isPresent(need));
}

function isPresent({ command, library, header, font }) {
  if (command) return searchPath().some((folder) => existsSync(`${folder}/${command}`));
  if (library) return libraryFolders().some((folder) => existsSync(`${folder}/${library}`));
  if (font) return fontFolders.some((folder) => existsSync(`${folder}/${font}`));
  return existsSync(`/usr/include/${header}`);
}

/** Administration tools stand in folders that an ordinary user's PATH leaves out. */
const searchPath = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** Where Debian and Fedora keep the fonts called DejaVu. */
const fontFolders = ['/usr/share/fonts/truetype/dejavu', '/usr/share/fonts/dejavu-sans-mono-fonts'];

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
