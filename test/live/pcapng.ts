import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { blocksOf, type Frame, framesOf } from '../fixtures/pcapng.ts';
import { cli } from './nettop.ts';
import { until } from './until.ts';

export interface Written {
  file: string;
  frames: Frame[];
  /** Beside the file. */
  told: string;
}

/** `nettop trace --pcapng`, into a file of the test's own. */
export class CaptureRun {
  private told = '';
  private readonly gone;

  constructor(
    t: TestContext,
    args: readonly string[],
    readonly file: string,
  ) {
    const child = spawn(process.execPath, [cli, 'trace', '--pcapng', file, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.told += text;
    });
    this.gone = once(child, 'close');
    this.interrupt = () => child.kill('SIGINT');
  }

  private readonly interrupt: () => void;

  /** As far as it is written. */
  frames(): Frame[] {
    if (!existsSync(this.file)) return [];
    const file = readFileSync(this.file);
    return framesOf(file.subarray(0, wholeBlocks(file)));
  }

  async end(): Promise<Written> {
    this.interrupt();
    const [code] = await this.gone;
    if (code !== 0) throw new Error(`nettop ended (${code}): ${this.told}`);
    const file = readFileSync(this.file);
    blocksOf(file); // to its end
    return { file: this.file, frames: framesOf(file), told: this.told };
  }
}

/** Bytes up to the last block that is whole. */
function wholeBlocks(file: Buffer): number {
  let at = 0;
  while (at + 8 <= file.length && at + file.readUInt32LE(at + 4) <= file.length)
    at += file.readUInt32LE(at + 4);
  return at;
}

/** Starts it, and waits until it writes what the probe sends. */
export async function startCapture(
  t: TestContext,
  args: readonly string[],
  probe: () => Promise<unknown>,
): Promise<CaptureRun> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-pcapng-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = new CaptureRun(t, args, join(folder, 'frames.pcapng'));
  await until('a frame in the file', async () => {
    await probe();
    return run.frames().length > 0;
  });
  return run;
}

/** The words of a comment by name; '' for nettop itself. */
export function wordsOf({ comment }: Pick<Frame, 'comment'>): Record<string, string> {
  return Object.fromEntries(comment.split(' ').map((word) => word.split(/=(.*)/s).slice(0, 2)));
}

/** What tshark prints of each frame, a line each, the fields apart by tabs. */
export function fields(file: string, names: readonly string[], options: readonly string[] = []): string[][] {
  const wanted = names.flatMap((name) => ['-e', name]);
  const args = ['-r', file, '-n', ...options, '-T', 'fields', ...wanted];
  const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}
