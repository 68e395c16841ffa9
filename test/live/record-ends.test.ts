import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { FrameFile } from '../../src/record/file/frame-file.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { cli, live } from './nettop.ts';
import { folderOf, RecordRun } from './recorder.ts';
import type { ConnectionLine } from './rows.ts';
import { startPrinting } from './started.ts';
import { startTalk } from './talk.ts';

const NOBODY = 65_534;
/** Where a block is written each second. */
const BEHIND_MS = 2500;

/** What `nettop connections --from` says of connections at a port, by report. */
function reports(file: string, port: number, uid?: number): ConnectionLine[][] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'connections', '--from', file, '--json', '-p', `${port}`],
    { encoding: 'utf8', maxBuffer: 1 << 28, ...(uid !== undefined && { uid, gid: uid, cwd: '/' }) },
  );
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const lines = stdout.split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'connection');
  const byTime = new Map<string, ConnectionLine[]>();
  for (const row of rows as ConnectionLine[]) byTime.set(row.time, [...(byTime.get(row.time) ?? []), row]);
  return [...byTime.values()];
}

const isConnected = ({ state }: ConnectionLine) => state === 'ESTABLISHED';

test(
  'with --max-size a recording ends whole, before it has more',
  live(async (t) => {
    const talk = await startTalk(t);
    const run = new RecordRun(t, ['--max-size', '3MB', '--rate-limit', '0', '-p', `${talk.port}`]);
    await run.ended();
    assert.match(run.told, /^nettop: --max-size is reached: the recording ends at \d\d:\d\d:\d\d$/m);
    const { size } = statSync(run.file);
    assert.ok(size <= 3e6, `${size} bytes`);
    const file = new FrameFile(run.file);
    for (let frames = file.next(); frames; frames = file.next());
    assert.deepEqual(file.damage, { places: 0, bytes: 0, isCut: false });
    file.close();
    const last = reports(run.file, talk.port).at(-1) ?? [];
    assert.equal(last.filter(isConnected).length, 2);
  }),
);

test(
  'a ring ends ten seconds after its trigger, tells the alert with its value, and is read by nobody in particular',
  live(async (t) => {
    const talk = await startTalk(t);
    const rule = `port ${talk.port} and connections > 3`;
    const run = new RecordRun(t, ['--ring', '3s', '--trigger', rule, '-p', `${talk.port}`]);
    const folder = folderOf(t);
    await talk.connect();
    await run.ended();
    assert.match(
      run.told,
      new RegExp(`^nettop: \\d\\d:\\d\\d:\\d\\d connections 4: ${rule}; the recording ends in 10 s$`, 'm'),
    );
    assert.match(run.told, /^nettop: "[^"]+": [\d.]+ [kM]B, the last \d+s$/m);
    assert.equal(statSync(run.file).mode & 0o777, 0o600);
    const copy = join(folder, 'copy.nettop');
    copyFileSync(run.file, copy);
    chownSync(copy, NOBODY, NOBODY);
    chmodSync(folder, 0o755);
    const asRoot = reports(copy, talk.port);
    assert.equal(asRoot.at(-1)?.filter(isConnected).length, 4);
    assert.deepEqual(
      new Set(asRoot.at(-1)?.map(({ pid }) => pid)),
      new Set([talk.server.pid, talk.client.pid]),
    );
    const mayRead = spawnSync(process.execPath, [cli, '--version'], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    if (mayRead.status !== 0) t.diagnostic('nobody may not read this tree: not tried as nobody');
    else assert.deepEqual(reports(copy, talk.port, NOBODY), asRoot);
    const begin = readFileSync(copy).subarray(0, 20).toString('latin1');
    assert.match(begin, /^nettop recording 2\n/);
  }),
);

test(
  'a pipe whose reader stands still: nettop ends when it is told to, and says that the end is not written',
  live(async (t) => {
    const talk = await startTalk(t);
    const nettop = startPrinting(t, ['record', '-', '--rate-limit', '0', '-p', `${talk.port}`]);
    await nettop.until('it writes', () => nettop.output.length > 0);
    nettop.stand();
    const written = () => /wchar: (\d+)/.exec(readFileSync(`/proc/${nettop.pid}/io`, 'utf8'))?.[1];
    let before: string | undefined;
    await nettop.until('nothing more finds room', async () => {
      before = written();
      await setTimeout(BEHIND_MS);
      return written() === before;
    });
    nettop.signal('SIGINT');
    await nettop.until('it says so, or has ended', () => nettop.errors !== '' || nettop.hasEnded);
    nettop.goOn();
    assert.equal(await nettop.exited, 0);
    const parser = new RecordingParser();
    parser.push(nettop.output);
    parser.end();
    while (parser.next());
    const isUnwritten = /^nettop: the end of the recording was not written: .*$/m.test(nettop.errors);
    assert.equal(parser.damage.isCut, isUnwritten, nettop.errors);
  }),
);

test(
  'what cannot begin leaves no file behind',
  live(async (t) => {
    const run = new RecordRun(t, ['--function', 'no_such_function*']);
    const [code] = await run.gone;
    assert.equal(code, 2);
    assert.equal(existsSync(run.file), false, run.told);
  }),
);
