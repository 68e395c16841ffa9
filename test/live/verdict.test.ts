import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import type { Launched } from '../fixtures/pty.ts';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import { has, openScreenWithin, rowsOf } from './screen.ts';

/** What holds a transfer over a cable back: a command at each end, the receiver, the sender. */
interface Scene {
  here?: string[];
  there?: string[];
  /** Bytes that are read at a time, and the pause between, ms. */
  sink?: [size: number, pauseMs: number];
  /** Bytes that are written at a time, the pause between, ms, and SO_SNDBUF; 0 is the kernel's. */
  source?: [size: number, pauseMs: number, sendBuffer: number];
  verdict: RegExp;
  /** Of the receiver's end, not of the sender's. */
  atReceiver?: true;
}

const MB = 1_000_000;
const slow = (rate: string) => `tc qdisc add dev cable root tbf rate ${rate} burst 5kb latency 20s`;
const LOSSY = [
  'nft add table inet lossy',
  'nft add chain inet lossy input { type filter hook input priority 0 ; }',
  'nft add rule inet lossy input numgen random mod 100 < 5 drop',
];

const scenes: Record<string, Scene> = {
  'a slow reader': {
    sink: [2000, 20],
    verdict: /limited by the receiver's window: full for \d+ % of the last [\d.]+ s, [\d.]+ k?B in flight/,
  },
  'a small send buffer, with answers that take long': {
    there: [slow('40kbit')],
    source: [MB, 0, 4608],
    verdict: /limited by the send buffer: full for \d+ % of the last [\d.]+ s, [\d.]+ k?B in flight/,
  },
  'a slow link': {
    here: [slow('20mbit')],
    verdict: /limited by congestion: waits for the network for \d+ % of the last [\d.]+ s/,
  },
  'segments dropped at random': {
    there: LOSSY,
    verdict: /limited by loss: [\d.]+ % of segments retransmitted \(\d+ of \d+\) in the last [\d.]+ s/,
  },
  'a slow reader, seen from its own end': {
    sink: [2000, 20],
    verdict: /limited by the application: [\d.]+ k?B came and are not read/,
    atReceiver: true,
  },
  'a receiver that keeps up': {
    here: [slow('20mbit')],
    verdict: /receives [\d.]+ MB\/s: what limits the sender, only its end can tell/,
    atReceiver: true,
  },
  'a little now and then': {
    source: [100, 300, 0],
    verdict: /limited by the application: nothing to send for \d+ % of the last [\d.]+ s/,
  },
  'nothing any more': {
    source: [100, 1_000_000, 0],
    verdict: /idle: nothing sent and nothing received in the last [\d.]+ s/,
  },
};

function run(within: readonly string[], line: string): void {
  const [command = '', ...args] = [...within, ...line.split(' ')];
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${line}: ${stderr}`);
}

/** The inspector of a process's end of a connection, open in its namespace. */
async function inspector(
  t: TestContext,
  within: readonly string[],
  pid: number,
  port: number,
): Promise<Launched> {
  const ui = await openScreenWithin(t, within, '--interval', '200ms');
  ui.write(`2/pid ${pid} and port ${port}\r`);
  await ui.until(has(/^━ 2 Connections 1 /));
  await ui.until(
    (screen) => rowsOf(screen, 2).length === 1 && / ESTAB.* python3 /.test(rowsOf(screen, 2)[0] ?? ''),
  );
  ui.write('\r');
  await ui.until(has(new RegExp(` process +python3 \\(${pid}\\)$`)));
  return ui;
}

for (const [name, scene] of Object.entries(scenes)) {
  test(
    `the verdict of ${name}`,
    live(
      async (t) => {
        const here = createNamespace(t);
        const there = createNamespace(t);
        connectNamespaces(here, there);
        for (const command of scene.here ?? []) run(here.within, command);
        for (const command of scene.there ?? []) run(there.within, command);
        const [size, pauseMs] = scene.sink ?? [MB, 0];
        const sink = startPythonWithin(t, there.within, 'sink', '192.0.2.2', size, pauseMs);
        const to = ['192.0.2.2', await sink.tells(0)] as const;
        const source = startPythonWithin(t, here.within, 'source', ...to, ...(scene.source ?? [MB, 0, 0]));
        const local = await source.tells(0);
        const ui = scene.atReceiver
          ? await inspector(t, there.within, sink.pid, local)
          : await inspector(t, here.within, source.pid, local);
        await ui.until((lines) => scene.verdict.test(lines.map((line) => line.trim()).join(' ')));
      },
      ['ip', 'tc', 'nft', 'python3'],
    ),
  );
}
