import { closeSync, openSync, readSync } from 'node:fs';

/** What is not there is looked for again after so many readings: a module may be loaded. */
const ABSENT_FOR = 10;

/** What files are read into: one for all, as each is text at once. */
export class Room {
  private bytes = Buffer.alloc(1 << 14);

  /** All that there is to read of an open file, from its beginning. */
  read(fd: number): string {
    let held = 0;
    for (let more = -1; more !== 0; held += more) {
      if (held === this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(held)]);
      more = readSync(fd, this.bytes, held, this.bytes.length - held, held);
    }
    return this.bytes.toString('latin1', 0, held);
  }
}

/** Files below /proc of one network namespace, read again and again. */
export class NetFiles {
  private readonly kept = new Map<string, number>();
  private readonly absent = new Map<string, number>();

  /**
   * `keeps`: files stay open between readings, which saves two thirds. An open file of a network namespace keeps that
   * alive: not for others than the own one.
   */
  constructor(
    private readonly room: Room,
    private readonly keeps: boolean,
  ) {}

  /** Its text; null: it is not there, or cannot be read. */
  read(path: string): string | null {
    const pause = this.absent.get(path) ?? 0;
    if (pause > 0) {
      this.absent.set(path, pause - 1);
      return null;
    }
    let fd = -1;
    try {
      fd = this.kept.get(path) ?? openSync(path, 'r');
      const text = this.room.read(fd);
      if (this.keeps) this.kept.set(path, fd);
      else closeSync(fd);
      return text;
    } catch {
      this.kept.delete(path);
      if (fd >= 0) closeSync(fd);
      this.absent.set(path, ABSENT_FOR);
      return null;
    }
  }

  close(): void {
    for (const fd of this.kept.values()) closeSync(fd);
    this.kept.clear();
  }
}
