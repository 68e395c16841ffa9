import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  read as fsRead,
  write as fsWrite,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const read = promisify(fsRead);
const write = promisify(fsWrite);
const CHUNK = 64 << 10;

/**
 * What a command writes while something else has the terminal, kept in a file that has no name and goes with nettop. The
 * command gets a pipe: a file would be empty again where it opens /dev/stderr to write.
 */
export class HeldOutput {
  /** The end that the command gets. */
  readonly fd: number;
  private readonly file: number;
  private readonly whole: Promise<void>;
  /** What is read last, as others may keep the pipe open. */
  private readonly last = Buffer.from(randomUUID());
  private isEnding = false;
  private size = 0;
  private at = 0;

  /** `owner`: who runs the command; null: nettop's own user. */
  constructor(owner: { uid: number; gid: number } | null) {
    const path = join(tmpdir(), `nettop-run-${randomUUID()}`);
    execFileSync('mkfifo', ['-m', '600', path]);
    this.fd = openSync(path, 'r+');
    unlinkSync(path);
    if (owner) fchownSync(this.fd, owner.uid, owner.gid);
    this.file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    this.whole = this.keep();
  }

  /** Hands out what came since the last call. */
  async copy(to: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const buffer = Buffer.alloc(CHUNK);
    while (this.at < this.size) {
      const length = readSync(this.file, buffer, 0, Math.min(CHUNK, this.size - this.at), this.at);
      this.at += length;
      await to(buffer.subarray(0, length));
    }
  }

  /** All that was written up to now is there to be copied; nothing more is. */
  async end(): Promise<void> {
    this.isEnding = true;
    await write(this.fd, this.last);
    await this.whole;
    closeSync(this.fd);
  }

  private async keep(): Promise<void> {
    const buffer = Buffer.alloc(CHUNK);
    let total = 0;
    for (let before = Buffer.alloc(0); ; ) {
      const { bytesRead } = await read(this.fd, buffer, 0, CHUNK, null);
      const chunk = buffer.subarray(0, bytesRead);
      writeSync(this.file, chunk);
      total += bytesRead;
      const recent = Buffer.concat([before, chunk]);
      const end = this.isEnding ? recent.indexOf(this.last) : -1;
      if (end >= 0) {
        this.size = total - recent.length + end;
        return;
      }
      if (!this.isEnding) this.size = total;
      before = recent.subarray(-this.last.length);
    }
  }
}
