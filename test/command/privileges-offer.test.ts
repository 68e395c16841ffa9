import assert from 'node:assert/strict';
import { release } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingFrom } from '../../src/command/privileges.ts';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';

const entry = join(root, 'test/fixtures/privileges-entry.ts');
/** Takes every capability away from root; another user has none. */
const bare = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : ['env'];

/** What is on the screen after the offer was answered with these keys. */
async function answered(keys: string): Promise<string[]> {
  const [command = '', ...args] = [...bare, process.execPath, '--import', 'tsx', entry, '-p', '443'];
  const path = `${join(root, 'test/fixtures')}:${process.env.PATH}`;
  const program = launch(command, args, { cwd: root, columns: 200, rows: 5, env: { PATH: path } });
  await program.until((screen) => screen.some((line) => line.endsWith('[Y/n]')));
  program.write(keys);
  const screen = await program.until((lines) => lines.some((line) => line.startsWith('ended with')));
  await program.exited;
  return screen.filter((line) => line !== '');
}

const missing = missingFrom(0n, release()).join(', ');
const question = `nettop lacks ${missing}. Run again with sudo? [Y/n]`;

test('Enter runs it again through sudo, with the same node and arguments, and gives back its exit code', async () => {
  assert.deepEqual(await answered('\r'), [
    question,
    `sudo -- ${process.execPath} ${entry} -p 443`,
    'ended with 5',
  ]);
});

test('n, Ctrl-C and Ctrl-D decline', async () => {
  assert.deepEqual(await answered('n\r'), [`${question} n`, 'ended with null']);
  assert.deepEqual(await answered('\x03'), [question, 'ended with null']);
  assert.deepEqual(await answered('\x04'), [question, 'ended with null']);
});
