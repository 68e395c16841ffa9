import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cli } from './nettop.ts';
import { until } from './until.ts';

/** Bytes of a recording's first line, at most. */
const FIRST_LINE = 40;

/** A folder that goes with the test. */
export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-record-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `nettop record`, into a file of the test's own. */
export class RecordRun {
  readonly file: string;
  /** What it says. */
  told = '';
  readonly gone: Promise<[number | null]>;
  private readonly kill: (signal: NodeJS.Signals) => void;

  constructor(t: TestContext, args: readonly string[], folder = folderOf(t)) {
    this.file = join(folder, 'run.nettop');
    const child = spawn(process.execPath, [cli, 'record', this.file, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.told += text;
    });
    this.gone = once(child, 'close') as Promise<[number | null]>;
    this.kill = (signal) => void child.kill(signal);
  }

  /** Resolves when it has ended; fails where that is with an error. */
  async ended(): Promise<void> {
    const [code] = await this.gone;
    if (code !== 0) throw new Error(`nettop record ended (${code}): ${this.told}`);
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    this.kill(signal);
    await this.ended();
  }

  /** Resolves when its first second is written: it looks at everything by now. */
  async begun(): Promise<void> {
    const size = () => statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    const header = await until('the header of the recording', () => size() > FIRST_LINE && size());
    await until('its first second', () => size() > header);
  }

  until(pattern: RegExp): Promise<unknown> {
    return until(`${pattern} is told`, () => pattern.test(this.told));
  }
}
