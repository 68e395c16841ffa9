import type { Entry } from '../log.ts';
import { BEGIN, BLOCK, encodeBlock } from './block.ts';
import { EntryEncoder } from './entries.ts';
import type { Header } from './header.ts';

/** A block is written when it has so much, or is so old: a run that is killed loses no more than that. */
const BLOCK_BYTES = 2 << 20;
const BLOCK_NS = 1e9;
const NOTHING = Buffer.alloc(0);

/** Where a recording goes. */
export interface Sink {
  write(bytes: Buffer): void;
}

/** Writes a recording: its header, blocks of whole frames, and at the end an index of their times. */
export class RecordingWriter {
  private readonly encoder = new EntryEncoder();
  private readonly index: { at: number; fromNs: number; untilNs: number }[] = [];
  private fromNs = Number.NaN;
  private untilNs = 0;
  /** Bytes that were written. */
  size = 0;

  constructor(
    header: Header,
    private readonly sink: Sink,
  ) {
    const main = Buffer.from(JSON.stringify(header));
    this.write(BEGIN);
    this.write(encodeBlock({ type: BLOCK.header, fromNs: 0, untilNs: 0, main, bulk: NOTHING }));
  }

  add(entry: Entry): void {
    if (Number.isNaN(this.fromNs) && entry.atNs > 0) this.fromNs = entry.atNs;
    this.untilNs = entry.atNs;
    this.encoder.add(entry);
  }

  /** What was added up to now is complete in itself: a block may end here. */
  endFrame(): void {
    const { size } = this.encoder;
    if (size >= BLOCK_BYTES || (size > 0 && this.untilNs - this.fromNs >= BLOCK_NS)) this.flush();
  }

  end(): void {
    this.flush();
    const main = Buffer.alloc(24 * this.index.length);
    this.index.forEach(({ at, fromNs, untilNs }, place) => {
      main.writeDoubleLE(at, 24 * place);
      main.writeDoubleLE(fromNs, 24 * place + 8);
      main.writeDoubleLE(untilNs, 24 * place + 16);
    });
    const bytes = encodeBlock({ type: BLOCK.index, fromNs: 0, untilNs: 0, main, bulk: NOTHING });
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(bytes.length, 0);
    tail.write('nEND', 4, 'latin1');
    this.write(Buffer.concat([bytes, tail]));
  }

  private flush(): void {
    const { encoder, untilNs } = this;
    if (encoder.size === 0) return;
    const fromNs = Number.isNaN(this.fromNs) ? untilNs : this.fromNs;
    this.index.push({ at: this.size, fromNs, untilNs });
    const { main, bulk } = encoder;
    this.write(encodeBlock({ type: BLOCK.entries, fromNs, untilNs, main: main.all, bulk: bulk.all }));
    encoder.clear();
    this.fromNs = Number.NaN;
  }

  private write(bytes: Buffer): void {
    this.sink.write(bytes);
    this.size += bytes.length;
  }
}
