import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A kernel out of a Debian package, unpacked. */
export interface KernelPackage {
  /** The package's root: modules are under lib/modules or usr/lib/modules. */
  root: string;
  image: string;
}

/** The kernel cannot be had here; the message says why. */
export class Unavailable extends Error {}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where kernels are kept, so that each is fetched once. To get newer ones, remove the folder. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nettop', 'kernels');

/** The newest cloud kernel of a Debian suite, from the mirror that apt is set up with. Throws Unavailable. */
export function kernelOf(suite: string): KernelPackage {
  const folder = join(cache, suite);
  if (!existsSync(join(folder, 'root'))) fetch(suite, folder);
  const root = join(folder, 'root');
  const image = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((path) =>
    /(^|\/)vmlinuz[^/]*$/.test(path),
  );
  if (!image) throw new Unavailable(`the kernel package of ${suite} has no vmlinuz`);
  return { root, image: join(root, image) };
}

/** By an apt of its own, so that the system's package lists stay as they are. */
function fetch(suite: string, folder: string): void {
  if (process.arch !== 'x64') throw new Unavailable(`no kernel is chosen for ${process.arch}`);
  if (!existsSync(KEYRING)) throw new Unavailable(`${KEYRING} is not there`);
  for (const part of ['lists/partial', 'cache/archives/partial', 'unpacked'])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(
    join(folder, 'sources.list'),
    `deb [arch=amd64 signed-by=${KEYRING}] ${mirror()} ${suite} main\n`,
  );
  writeFileSync(join(folder, 'apt.conf'), configuration(folder));
  run(folder, 'apt-get', ['update', '-qq']);
  const closure = ['depends', '--recurse', '--important', 'linux-image-cloud-amd64'];
  const names = run(folder, 'apt-cache', closure)
    .split('\n')
    .filter((name) => /^linux-(image|binary|modules)-\d/.test(name));
  run(folder, 'apt-get', ['download', '-qq', ...names]);
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    run(folder, 'dpkg', ['-x', name, 'unpacked']);
  renameSync(join(folder, 'unpacked'), join(folder, 'root'));
  rmSync(join(folder, 'lists'), { recursive: true });
}

function mirror(): string {
  const { stdout } = spawnSync(
    'apt-get',
    ['indextargets', '--format', '$(LABEL) $(REPO_URI)', 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  const found = /^Debian (.+)$/m.exec(stdout ?? '')?.[1];
  if (!found) throw new Unavailable('apt has no Debian mirror');
  return found;
}

function configuration(folder: string): string {
  const settings = {
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::Status': '/dev/null', // nothing is installed, so nothing is left out
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join('');
}

function run(folder: string, program: string, args: string[]): string {
  const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf') };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Unavailable(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
