import { readdirSync, readFileSync } from 'node:fs';
import { root } from './fresh.mjs';

/** The licence texts of the packages that an esbuild metafile says were bundled. */
export function licencesOf(metafile) {
  const folders = Object.keys(metafile.inputs).map(
    (path) => path.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0],
  );
  const packages = [...new Set(folders.filter(Boolean))].sort();
  return packages.map((folder) => `${nameOf(folder)}\n\n${textOf(folder)}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function nameOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
  return `${name} ${version} (${license})`;
}

/** Some packages carry no licence file; then the name of the licence in the line above has to do. */
function textOf(folder) {
  const files = readdirSync(`${root}/${folder}`).filter((file) => /^licen[cs]e/i.test(file));
  return files.map((file) => readFileSync(`${root}/${folder}/${file}`, 'utf8').trim()).join('\n\n');
}
