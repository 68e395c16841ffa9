import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

/** Tests of more than a room: of the tree, and those that run nettop. */
const OTHERS = ['tree', 'live', 'kernels', 'accuracy'];

test('each test lies in the folder of the room that it is about', () => {
  const folders = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.test\.tsx?$/.test(path))
    .map(dirname);
  const isRoom = (folder: string) =>
    folder !== '.' && [`src/${folder}`, folder].some((path) => existsSync(join(root, path)));
  const wrong = [...new Set(folders)].filter((folder) => !OTHERS.includes(folder) && !isRoom(folder));
  assert.deepEqual(wrong, []);
});
