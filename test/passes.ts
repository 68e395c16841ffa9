import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { root } from './tool.ts';

/** Runs a tool of node_modules over the whole tree; fails with what it printed. */
export function assertPasses(tool: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(`${root}node_modules/.bin/${tool}`, args, {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${tool} ${args.join(' ')}\n${stdout}${stderr}`);
}
