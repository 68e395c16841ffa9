import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FrameFile } from '../../src/record/file/frame-file.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import { HEADER } from '../fixtures/recording.ts';
import { createNamespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { told } from './recorded-files.ts';
import { folderOf, RecordRun } from './recorder.ts';
import { until } from './until.ts';

const [EARLY, LATE] = [1_000_003, 300_007];
/** Blocks hold a second or a little more. */
const QUIET_NS = 4e9;

interface Line {
  type: string;
  pid: number | null;
  time: string;
  receiveBytes: number;
  remotePort: number | null;
}

/** What `nettop bundle --from` writes, by name. It is run without root's rights to the kernel. */
function bundled(t: TestContext, name: string, ...args: string[]): Map<string, string> {
  const folder = folderOf(t);
  const file = join(folder, `${name}.tar.gz`);
  const command = [process.execPath, cli, 'bundle', file, ...args];
  const run = spawnSync('setpriv', ['--bounding-set', '-all', '--inh-caps', '-all', ...command], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  const into = join(folder, 'files');
  mkdirSync(into);
  assert.equal(spawnSync('tar', ['-xzf', file, '-C', into]).status, 0);
  const top = join(into, readdirSync(into)[0] ?? '');
  return new Map(readdirSync(top).map((name) => [name, join(top, name)]));
}

const text = (files: Map<string, string>, name: string): string =>
  readFileSync(files.get(name) ?? '', 'utf8');

const linesOf = (files: Map<string, string>, name: string): Line[] =>
  text(files, name)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

/** What the process received, as its last row in a recording says. */
const received = (file: string, { pid }: Peer): number | undefined =>
  told<Line>('processes', '--from', file).findLast((line) => line.pid === pid)?.receiveBytes;

/** The moment up to which a recording is written; monotonic, ns. */
function endOf(path: string): number {
  const file = new FrameFile(path);
  const { untilNs } = file.span();
  file.close();
  return untilNs;
}

/** The same recording, as if it had been made elsewhere. */
function ofOtherMachine(file: Buffer): Buffer {
  const parser = new RecordingParser();
  parser.push(file);
  parser.end();
  const pieces: Buffer[] = [];
  let writer: RecordingWriter | null = null;
  for (let block = parser.next(); block; block = parser.next()) {
    writer ??= new RecordingWriter(
      { ...(parser.header ?? HEADER), boot: 'another' },
      { write: (bytes) => void pieces.push(bytes) },
    );
    for (const entry of block.entries) writer.add(entry);
    writer.endFrame();
  }
  writer?.end();
  return Buffer.concat(pieces);
}

test(
  'a bundle of a recording that is still being written: its files are of one moment, its end is cut as a ring’s',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const [server, client] = [await startPeer(t, namespace), await startPeer(t, namespace)];
      const run = new RecordRun(t, []);
      await run.begun();
      await client.ask('connect', '127.0.0.1', await server.ask('listen', '127.0.0.1'));
      await client.ask('send', EARLY);
      await until('what was sent early is recorded', () => received(run.file, server) === EARLY);
      const earlyNs = endOf(run.file);
      const quietNs = await until('seconds in which nothing is sent', () => {
        const endNs = endOf(run.file);
        return endNs - earlyNs > QUIET_NS && endNs;
      });
      await client.ask('send', LATE);
      await until('all of it is recorded', () => received(run.file, server) === EARLY + LATE);
      const copy = join(folderOf(t), 'copy.nettop');
      copyFileSync(run.file, copy);

      const whole = bundled(t, 'whole', '--from', run.file);
      const sinceMs = Math.ceil((endOf(copy) - quietNs) / 1e6);
      const last = bundled(t, 'last', '--from', copy, '--for', `${sinceMs}ms`);
      const inside = whole.get('recording.nettop') ?? '';
      assert.ok(statSync(inside).size <= statSync(run.file).size);
      for (const [files, bytes] of [
        [whole, EARLY + LATE],
        [last, LATE],
      ] as const) {
        const mine = linesOf(files, 'processes.jsonl').find(({ pid }) => pid === server.pid);
        assert.equal(mine?.receiveBytes, bytes);
        const again = told<Line>('processes', '--from', files.get('recording.nettop') ?? '');
        const [found, wanted] = [again.findLast(({ pid }) => pid === server.pid), mine].map((line) => ({
          ...line,
          time: '', // to a microsecond it is worked out anew
        }));
        assert.deepEqual(found, wanted, 'the recording in it says the same');
        assert.match(text(files, 'doctor.txt'), /tracepoint programs/, 'it was made here');
      }
      assert.match(text(whole, 'summary.txt'), /was cut, or is still being written/);
      await run.end();
    },
    ['setpriv', 'tar'],
  ),
);

test(
  'the doctor speaks of this machine alone, and a file that holds nothing yet is said to',
  live(
    async (t) => {
      const run = new RecordRun(t, ['--stats', '--duration', '3s']);
      await run.ended();
      const folder = folderOf(t);
      const elsewhere = join(folder, 'elsewhere.nettop');
      writeFileSync(elsewhere, ofOtherMachine(readFileSync(run.file)));
      const files = bundled(t, 'other', '--from', elsewhere);
      assert.ok(!files.has('doctor.txt'));
      assert.match(text(files, 'summary.txt'), /^doctor\.txt: the recording is not of this machine/m);
      const empty = join(folder, 'empty.nettop');
      writeFileSync(empty, '');
      const into = join(folder, 'none.tar.gz');
      const { status, stderr } = spawnSync(process.execPath, [cli, 'bundle', '--from', empty, into], {
        encoding: 'utf8',
      });
      assert.equal(status, 2);
      assert.match(
        stderr,
        /^nettop: ".*" is empty: with --ring nettop record writes its file when it ends\n$/,
      );
      assert.deepEqual(readdirSync(folder).sort(), ['elsewhere.nettop', 'empty.nettop']);
    },
    ['setpriv', 'tar'],
  ),
);
