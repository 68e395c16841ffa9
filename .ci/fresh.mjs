import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

export const dist = `${root}/dist`;

/** By the name of a part: the hash of what it was made from, and its files in dist/. */
const STAMP = '.built';

/**
 * Those of the parts that dist/ does not have as their sources are. A part is { name, sources, make }: sources are
 * files and folders from the top of the tree, make() returns the files that it wrote, relative to dist/.
 */
export function staleOf(parts) {
  const made = readStamp();
  const isMade = ({ files }) => files.every((file) => existsSync(`${dist}/${file}`));
  return parts.filter((part) => made[part.name]?.hash !== hashOf(part.sources) || !isMade(made[part.name]));
}

/** Makes those that are stale; what none of the parts has in dist/ goes. Returns the names of what was made. */
export async function freshen(parts) {
  const stale = staleOf(parts);
  const made = readStamp();
  mkdirSync(dist, { recursive: true });
  for (const { name, sources, make } of stale) {
    delete made[name]; // one that is left half-way does not count
    writeStamp(made);
    const hash = hashOf(sources); // from before: what changes meanwhile is made once more
    made[name] = { hash, files: await make() };
    writeStamp(made);
  }
  const kept = parts.flatMap(({ name }) => made[name].files);
  for (const file of filesUnder(dist).map((path) => path.slice(dist.length + 1)))
    if (file !== STAMP && !kept.includes(file)) rmSync(`${dist}/${file}`);
  return stale.map(({ name }) => name);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(`${dist}/${STAMP}`, 'utf8'));
  } catch {
    return {}; // not built, or by an older nettop
  }
}

const writeStamp = (made) => writeFileSync(`${dist}/${STAMP}`, JSON.stringify(made));

/** Of the processor that the build is for, and of the path and the content of each source. */
function hashOf(sources) {
  const hash = createHash('sha256').update(process.arch);
  for (const path of [...sources].flatMap((name) => filesUnder(`${root}/${name}`)))
    hash.update(`\n${path.slice(root.length)} `).update(readFileSync(path));
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
