import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { build, transform } from 'esbuild';
import { dist, root } from './fresh.mjs';
import { licencesOf } from './licences.mjs';
import { SetUpError } from './say.mjs';

/**
 * The command and the capture worker; what they load when they need it lies beside them. They share nothing: each thread
 * reads it for itself anyway, and in fewer and larger files.
 */
const entryPoints = [{ cli: 'src/start.ts' }, { worker: 'src/capture/worker.ts' }];

const target = 'node20';

const LICENCES = 'THIRD-PARTY-LICENCES.txt';

/** Bundled CommonJS modules call require, which an ES module does not have. */
const requireForEsm =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Names within packages are short, as to read them takes longer than to run most: 20 ms of a start. Ours are whole. */
const short = async (text) => (await transform(text, { minify: true, target })).code;

/** Ink's developer tools, which it loads only if DEV=true, want a package that is not installed. */
const withoutDevtools = {
  name: 'without-devtools',
  setup: (bundler) => bundler.onLoad({ filter: /\/ink\/build\/devtools\.js$/ }, () => ({ contents: '' })),
};

/**
 * string-width makes its expressions and its segmenter when it is loaded, in both threads: 40 ms each. Hardly any text
 * needs them, so they are made when one does.
 */
const lateWidths = {
  name: 'late-widths',
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/string-width\/index\.js$/ }, ({ path }) => {
      const names = [];
      const late = (_, name, value) => {
        names.push(name);
        return `let made_${name};\nconst late_${name} = () => (made_${name} ??= ${value});`;
      };
      const text = readFileSync(path, 'utf8').replace(/^const (\w+) = (new Intl\..*|\/.*\/v);$/gm, late);
      if (names.length === 0) throw new SetUpError(`${path} is another one: see lateWidths`);
      return { contents: text.replaceAll(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), 'late_$1()') };
    }),
};

/** meow sorts misspelt names of licences when it is loaded, by the rules of a language: 10 ms. Ours is spelt right. */
const unsortedLicences = {
  name: 'unsorted-licences',
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/meow\/build\/dependencies\.js$/ }, async ({ path }) => {
      const parts = readFileSync(path, 'utf8').split('.sort(sortTranspositions)');
      if (parts.length === 1) throw new SetUpError(`${path} is another one: see unsortedLicences`);
      return { contents: await short(parts.join('')) };
    }),
};

/** The rest of the packages. */
const shortPackages = {
  name: 'short-packages',
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/node_modules\/.*\.js$/ }, async ({ path }) => ({
      contents: await short(readFileSync(path, 'utf8')),
    })),
};

/**
 * Bundles everything except koffi, which loads a binary from its own package. NODE_ENV is fixed because
 * React's development build records every frame and never frees the records. Returns the files that it wrote,
 * relative to dist/. Throws SetUpError.
 */
export async function bundle() {
  const options = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target,
    jsx: 'automatic',
    external: ['koffi'],
    plugins: [withoutDevtools, lateWidths, unsortedLicences, shortPackages],
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
    // Not of names, which stacks tell.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'silent',
  };
  const built = await Promise.all(
    entryPoints.map((entry) => build({ ...options, entryPoints: entry })),
  ).catch((error) => {
    throw new SetUpError(error.message);
  });
  const [inputs, outputs] = ['inputs', 'outputs'].map((side) =>
    Object.assign({}, ...built.map(({ metafile }) => metafile[side])),
  );
  writeFileSync(`${dist}/${LICENCES}`, licencesOf({ inputs, outputs }));
  chmodSync(`${dist}/cli.js`, 0o755);
  return [LICENCES, ...Object.keys(outputs).map((path) => relative(dist, `${root}/${path}`))];
}
