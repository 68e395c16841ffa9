/**
 * npm run dev [-- ARGUMENTS]: nettop with these arguments, built and started anew, in the same terminal, whenever a
 * source changed. Who is not root gets the screen over a run that was recorded (test/fixtures), which needs no build.
 * A build that fails is told, and waits for the next change; q ends both.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, watch } from 'node:fs';
import { freshen, root } from './fresh.mjs';
import { parts } from './parts.mjs';
import { orExplain, SetUpError, say } from './say.mjs';
import { ensureModules, setUp } from './setup.mjs';

const isLive = process.getuid() === 0;
const args = process.argv.slice(2);
const command = isLive ? ['dist/cli.js', ...args] : ['--import', 'tsx', 'test/fixtures/ui-entry.ts', ...args];
const watched = ['src', 'components', 'native', ...(isLive ? ['bpf'] : ['test/fixtures'])];
/** An editor writes a file in several steps, and several files at once. */
const SETTLE_MS = 100;

const seen = new Set();
let child = null;
let timer;
let isEnding = false;
/** Builds, one after another. */
let turn = Promise.resolve();

await orExplain(() => (isLive ? setUp() : ensureModules()));
if (!isLive) say('not root: a run that was recorded, as the kernel shows what it has to root alone');
watchFolders();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    isEnding = true;
    if (!child) process.exit(1);
    else if (signal !== 'SIGINT') child.kill(signal); // the terminal sends SIGINT to both
  });
start();

/** A folder tells of what comes, goes and changes in it, however an editor writes it; a new one is watched too. */
function watchFolders() {
  for (const folder of watched.flatMap(foldersIn).filter((path) => !seen.has(path))) {
    seen.add(folder);
    const watcher = watch(folder, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        turn = turn.then(again);
      }, SETTLE_MS);
    });
    watcher.on('error', () => seen.delete(folder)); // it went
  }
}

function foldersIn(name) {
  const paths = readdirSync(`${root}/${name}`, { recursive: true }).map((path) => `${root}/${name}/${path}`);
  return [`${root}/${name}`, ...paths.filter((path) => statSync(path).isDirectory())];
}

async function again() {
  try {
    watchFolders();
    const made = isLive ? await freshen(parts()) : watched;
    if (child && made.length === 0) return;
    await stop();
    start();
  } catch (error) {
    await stop();
    say(`${error instanceof SetUpError ? error.message : error.stack}\n\nwaiting for a change`);
  }
}

function start() {
  const started = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
  child = started;
  started.once('exit', (code) => {
    if (child !== started) return;
    if (code === 0 || isEnding) process.exit(code ?? 1);
    child = null;
    say(`nettop ended with exit code ${code}; waiting for a change`);
  });
}

/** Resolves when it has given the terminal back. */
async function stop() {
  const stopping = child;
  child = null;
  if (stopping?.kill()) await once(stopping, 'exit');
}
