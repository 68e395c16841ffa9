import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../fixtures/tool.ts';

/** Loaded when a command needs them: half of what Node read before `nettop processes` began was of others. */
const LATER =
  /^(src\/(ui\/(?!keys)|record\/(?!file)|serve|run|bundle|capture|views)|components|node_modules\/(ink|react|prom-client))/;

/** What Node reads before a file runs. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    external: ['koffi', 'react-devtools-core'],
    logLevel: 'silent',
  });
  const loaded = new Set([entry]);
  for (const file of loaded)
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && !external) loaded.add(path);
  return [...loaded];
}

test('the start loads what finds out which command it is, and no command', async () => {
  const loaded = await loadedWith('src/cli.tsx');
  assert.ok(loaded.includes('src/command/options.ts'), 'it looks');
  assert.deepEqual(
    loaded.filter((file) => LATER.test(file)),
    [],
  );
});
