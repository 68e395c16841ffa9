/**
 * npm run record: records a run of nettop in a small network of its own, with the frames that it shows, into
 * test/fixtures/recorded.*: tests and the screen without root show it again. Needs root, ip, nft and python3.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './fresh.mjs';
import { orExplain } from './say.mjs';
import { setUp } from './setup.mjs';
import { start } from './stage/actor.mjs';
import { LATE, LISTENERS, SPEAKERS } from './stage/cast.mjs';
import { makeNetwork, NAMESPACES, NEAR, removeNetwork } from './stage/network.mjs';

/** The recorder calls for some in the middle of it. Its exit code. */
async function record(call) {
  const entry = ['--import', 'tsx', 'test/fixtures/record-entry.ts'];
  const options = { cwd: root, stdio: ['inherit', 'pipe', 'inherit'], env: { ...process.env, TZ: 'UTC' } };
  const child = spawn('ip', ['netns', 'exec', NEAR, process.execPath, ...entry, ...NAMESPACES], options);
  child.stdout.on('data', (text) => {
    const [, cue] = /^cue: (\w+)$/m.exec(`${text}`) ?? [];
    if (cue) call(cue);
    else process.stdout.write(text);
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

async function main() {
  await setUp();
  const actors = [];
  try {
    makeNetwork();
    actors.push(...LISTENERS.map(start));
    await new Promise((resolve) => setTimeout(resolve, 2000)); // they listen by then
    actors.push(...SPEAKERS.map(start));
    process.exitCode = await record((cue) => actors.push(start(LATE[cue])));
  } finally {
    for (const child of actors.reverse()) child.kill();
    removeNetwork();
  }
}

await orExplain(main);
