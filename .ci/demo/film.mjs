/** Films nettop at work in a network of its own, key by key, and writes demo.gif; with a folder as argument also each frame as PNG. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from '../../test/fixtures/pty.ts';
import { dist, root } from '../fresh.mjs';
import { orExplain, SetUpError, say } from '../say.mjs';
import { Camera } from './camera.mjs';
import { createDrawing } from './draw.mjs';
import { encodeGif } from './gif.mjs';
import { closeNetwork, openNetwork } from './network.mjs';

const SIZE = { columns: 120, rows: 36 };
const TYPING_MS = 90;
const BROWSING_MS = 250;

/** What is pressed, what is said of it, and how long it stays to be read. */
const SCENES = [
  {
    keys: 'nettop',
    sent: 'nettop\r',
    text: 'processes, connections and packets, live',
    typed: true,
    ms: 3600,
  },
  { keys: 'Tab', sent: '\t', text: 'the next pane: connections', ms: 1100 },
  { keys: 's', sent: 'ssss', text: 'sort: which connection sends again?', ms: 2000 },
  { keys: 'Tab', sent: '\t', text: 'the trace: packets at kernel functions', ms: 1100 },
  {
    keys: '/',
    sent: '/port 443',
    text: 'a filter, applied in the kernel while it is typed',
    typed: true,
    ms: 1400,
  },
  { keys: 'Enter', sent: '\r', text: 'all three panes show port 443 only', ms: 2200 },
  { keys: 'Space', sent: ' ', text: 'freeze the trace', ms: 1000 },
  { keys: 'k', sent: 'kkk', text: 'select a packet', ms: 700 },
  { keys: 'Enter', sent: '\r', text: 'inspect it: every field, and its way through the kernel', ms: 3000 },
  { keys: 'Esc', sent: '\x1b', text: 'back', ms: 700 },
  { keys: '?', sent: '?', text: 'every key', ms: 1800 },
  { keys: 'Esc', sent: '\x1b', text: 'back', ms: 500 },
  { keys: 'q', sent: 'q', text: 'quit: the terminal is as it was', ms: 1200 },
];

/** A shell on the machine that finds nettop as an installed one would be found. */
function openShell(within, commands) {
  symlinkSync(join(dist, 'cli.js'), join(commands, 'nettop'));
  const shell = ['unshare', '--uts', 'sh', '-c', 'hostname demo && exec bash --norc --noprofile'];
  const env = { PS1: 'root@demo:~# ', PATH: `${commands}:${process.env.PATH}`, HISTFILE: '', COLORTERM: '' };
  const [command, ...args] = [...within, ...shell];
  return launch(command, args, { ...SIZE, env, cwd: root });
}

async function play(shell, camera) {
  await shell.until(([first]) => first?.startsWith('root@demo'));
  camera.caption = { keys: '', text: '' };
  await pause(600);
  for (const { keys, sent, text, typed = false, ms } of SCENES) {
    camera.caption = { keys, text };
    for (const key of sent) {
      shell.write(key);
      await pause(sent.length === 1 ? 0 : typed ? TYPING_MS : BROWSING_MS);
    }
    await pause(ms);
  }
}

/** Rejects at a signal to end, so that the film ends as it does by an error. */
async function interrupted() {
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  throw new SetUpError('the film was interrupted');
}

/** Runs the film and leaves nothing behind. */
async function film() {
  const commands = mkdtempSync(join(tmpdir(), 'nettop-demo-'));
  let shell;
  try {
    const within = openNetwork();
    await pause(3000); // until the inhabitants have found each other
    shell = openShell(within, commands);
    const camera = new Camera(shell.terminal);
    await Promise.race([play(shell, camera), interrupted()]);
    return camera.cut();
  } finally {
    shell?.close();
    await shell?.exited;
    await closeNetwork();
    rmSync(commands, { recursive: true });
  }
}

function develop({ frames, endMs }, folder) {
  const { width, height, draw, png } = createDrawing(SIZE.columns, SIZE.rows);
  if (folder) mkdirSync(folder, { recursive: true });
  const drawn = frames.map((frame, at) => {
    const pixels = draw(frame);
    if (folder) writeFileSync(join(folder, `${String(at).padStart(3, '0')}.png`), png());
    return { pixels, delayMs: Math.round((frames[at + 1]?.atMs ?? endMs) - frame.atMs) };
  });
  return encodeGif(drawn, width, height);
}

const taken = await orExplain(film);
const gif = develop(taken, process.argv[2]);
writeFileSync(join(root, 'demo.gif'), gif);
const seconds = (taken.endMs - taken.frames[0].atMs) / 1000;
say(`demo.gif: ${taken.frames.length} frames, ${seconds.toFixed(1)} s, ${Math.ceil(gif.length / 1024)} kB`);
process.exit(0);
