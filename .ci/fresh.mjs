import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

export const dist = `${root}/dist`;

const recipe = ['.ci/bundle.mjs', '.ci/bpf.mjs', 'package.json', 'package-lock.json'];
const sources = ['src', 'components', 'native', 'bpf', ...recipe];
const stamp = `${dist}/.built`;

/** True if dist/ was built from the sources as they are. */
export const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();

/** Empties dist/, fills it by the steps, and notes which sources it was built from: those from before the steps. */
export async function buildBy(steps) {
  const before = fingerprint();
  rmSync(dist, { recursive: true, force: true });
  await steps();
  writeFileSync(stamp, before);
}

/** Path, size and modification time of every source, and the processor that the BPF programs are built for. */
function fingerprint() {
  const hash = createHash('sha256').update(process.arch);
  for (const path of sources.flatMap((name) => filesUnder(`${root}/${name}`))) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
