import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from './fresh.mjs';
import { SetUpError } from './say.mjs';

/**
 * What the arguments of npm test choose: `parts` of paths, of which one is enough; `name`, a part of a test's name,
 * or null; tests on other `kernels` alone, or `all`; `quick`, those that need nothing but Node. Throws SetUpError.
 */
export function choiceOf(args) {
  const options = Object.fromEntries(['kernels', 'all', 'quick'].map((name) => [name, { type: 'boolean' }]));
  const parsed = () =>
    parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, name: { type: 'string', short: 't' } },
    });
  try {
    const { values, positionals } = parsed();
    return { kernels: false, all: false, quick: false, name: null, ...values, parts: positionals };
  } catch (error) {
    throw new SetUpError(error.message);
  }
}

export const isLive = (path) => /^(live|accuracy)\//.test(path);
export const isKernel = (path) => path.startsWith('kernels/');

/** The files of tests that are chosen by their paths, relative to test/. */
export function filesOf({ parts }) {
  const paths = readdirSync(`${root}/test`, { recursive: true }).sort();
  /** A kernel by its whole name: 6.1 is a part of 6.12. */
  const isMeant = (path, part) =>
    isKernel(path) ? `kernels/${part}.test.ts` === path : `test/${path}`.includes(part);
  return paths.filter(
    (path) => /\.test\.tsx?$/.test(path) && (parts.length === 0 || parts.some((part) => isMeant(path, part))),
  );
}

/** What a test that reaches it, by way of others too, needs beside Node: libbpf, tools, a pseudo-terminal. */
const NEEDY = ['native/libbpf.ts', 'node:child_process', '@lydell/node-pty'];

/** Those of the files that need neither root nor a kernel nor a build, by what they import. */
export async function quickOf(files) {
  const paths = files.filter((path) => !isLive(path) && !isKernel(path)).map((path) => `test/${path}`);
  const { build } = await import('esbuild'); // is there after npm ci alone
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: paths,
    outdir: 'dist', // nothing is written
    bundle: true,
    splitting: true, // each file once
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
  });
  const importsOf = (path) => metafile.inputs[path]?.imports.map(({ path }) => path) ?? [];
  const isQuick = (path, seen = new Set()) => {
    if (seen.has(path)) return true;
    seen.add(path);
    return !NEEDY.includes(path) && importsOf(path).every((next) => isQuick(next, seen));
  };
  return paths.filter((path) => isQuick(path)).map((path) => path.slice('test/'.length));
}
