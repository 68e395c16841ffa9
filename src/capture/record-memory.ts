import { readSync } from 'node:fs';
import type { RecordMemory } from './socket-record.ts';

/** Read at a time; the kernel gives less. */
const PIECE = 1 << 18;

/**
 * The records of a sweep. They stay until the next one, so that only what is shown is decoded. The kernel needs
 * ten times as much for each of these sockets: that bounds it.
 */
export class SweepMemory implements RecordMemory {
  view: DataView;
  private bytes = Buffer.allocUnsafe(2 * PIECE);

  constructor(private readonly size: number) {
    this.view = this.viewOf();
  }

  /** Visits each record by its place. */
  read(fd: number, visit: (place: number) => void): void {
    let end = 0;
    let visited = 0;
    for (;;) {
      if (end + PIECE > this.bytes.length) this.grow();
      const read = readSync(fd, this.bytes, end, PIECE, null);
      if (read === 0) return;
      end += read; // which may be in the middle of a record
      for (; visited + this.size <= end; visited += this.size) visit(visited);
    }
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(2 * this.bytes.length);
    this.bytes.copy(larger);
    this.bytes = larger;
    this.view = this.viewOf();
  }

  private viewOf(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }
}
