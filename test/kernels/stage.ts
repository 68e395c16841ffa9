import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileMover } from '../accuracy/mover.ts';
import { root } from '../fixtures/tool.ts';
import { CHOICE } from './checks.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Lays out what the emulated machine runs: the built nettop, and the tests as bundles, because
 * JavaScript runs some 17 times slower there. Returns the path of the script that runs it all.
 */
export async function stage(folder: string, without: readonly string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: {
      job: path('job.ts'),
      reporter: path('reporter.ts'),
      'peer-entry': path('../live/peer-entry.ts'),
    },
    outdir: join(folder, 'test', 'kernels'), // as deep as in the tree, whose top the tests look for above them
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    external: ['@lydell/node-pty'], // it loads a part by its path
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  const live = path('../live');
  for (const name of readdirSync(live).filter((name) => name.endsWith('.py')))
    cpSync(join(live, name), join(folder, 'test', 'kernels', name));
  compileMover(join(folder, 'test', 'kernels', 'mover'));
  const script = join(folder, 'guest.sh');
  const text = readFileSync(path('guest.sh'), 'utf8');
  const written = { NODE: process.execPath, STAGE: folder, CHECKS: CHOICE, LEFT: without.join() };
  writeFileSync(
    script,
    text.replace(/@(NODE|STAGE|CHECKS|LEFT)@/g, (_, word: keyof typeof written) => written[word]),
  );
  chmodSync(script, 0o755);
  return script;
}
