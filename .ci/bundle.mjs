import { chmodSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { build } from 'esbuild';
import { dist, root } from './fresh.mjs';
import { licencesOf } from './licences.mjs';
import { SetUpError } from './say.mjs';

/** The command and the capture worker; what they share, or load when they need it, lies beside them. */
const entryPoints = { cli: 'src/start.ts', worker: 'src/capture/worker.ts' };

const LICENCES = 'THIRD-PARTY-LICENCES.txt';

/** Bundled CommonJS modules call require, which an ES module does not have. */
const requireForEsm =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Ink's developer tools, which it loads only if DEV=true, want a package that is not installed. */
const withoutDevtools = {
  name: 'without-devtools',
  setup: (bundler) => bundler.onLoad({ filter: /\/ink\/build\/devtools\.js$/ }, () => ({ contents: '' })),
};

/**
 * Bundles everything except koffi, which loads a binary from its own package. NODE_ENV is fixed because
 * React's development build records every frame and never frees the records. Returns the files that it wrote,
 * relative to dist/. Throws SetUpError.
 */
export async function bundle() {
  const options = {
    absWorkingDir: root,
    entryPoints,
    outdir: dist,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    external: ['koffi'],
    plugins: [withoutDevtools],
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      // Yoga asks whether there is one before it decodes what it has in itself: then Node loads its HTTP client.
      fetch: 'undefined',
    },
    banner: { js: requireForEsm },
    legalComments: 'none',
    // For stacks with --verbose, where the sources are: a package has neither.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
  };
  const { metafile } = await build(options).catch((error) => {
    throw new SetUpError(error.message);
  });
  writeFileSync(`${dist}/${LICENCES}`, licencesOf(metafile));
  chmodSync(`${dist}/cli.js`, 0o755);
  return [LICENCES, ...Object.keys(metafile.outputs).map((path) => relative(dist, `${root}/${path}`))];
}
