import type { Entry } from '../log.ts';
import { BEGIN, BLOCK, encodeBlock, HEAD } from './block.ts';
import { BlockBuilder, type WrittenBlock } from './block-builder.ts';
import type { Header } from './header.ts';

const NOTHING = Buffer.alloc(0);
/** Where a block begins, its first time and its last. */
const INDEX_ENTRY = 24;
const TAIL = 8;
/** What a part takes more than it has, where it cannot be made smaller, at most. */
const UNPACKED = 1.001;
const SPARE = 64;

/** Where a recording goes. */
export interface Sink {
  write(bytes: Buffer): void;
}

/** Writes a recording: its header, blocks of whole frames, and at the end an index of their times. */
export class RecordingWriter {
  private readonly builder = new BlockBuilder((block) => this.put(block));
  private readonly index: { at: number; fromNs: number; untilNs: number }[] = [];
  /** Bytes that were written. */
  size = 0;
  /** The next block found no room: it and all after it are not written. */
  isFull = false;

  /** `most`: bytes of the whole. */
  constructor(
    header: Header,
    private readonly sink: Sink,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {
    const main = Buffer.from(JSON.stringify(header));
    this.write(BEGIN);
    this.write(encodeBlock({ type: BLOCK.header, fromNs: 0, untilNs: 0, main, bulk: NOTHING }));
  }

  add(entry: Entry): void {
    if (!this.isFull) this.builder.add(entry);
  }

  /** What was added up to now is complete in itself: a block may end here. */
  endFrame(): void {
    if (!this.isFull) this.builder.endFrame();
  }

  /** A block as it is. */
  put({ fromNs, untilNs, bytes }: WrittenBlock): void {
    this.isFull ||= this.size + bytes.length + endBytes(this.index.length + 1) > this.most;
    if (this.isFull) return;
    this.index.push({ at: this.size, fromNs, untilNs });
    this.write(bytes);
  }

  /** From when to when it is; null: there is nothing in it. */
  get span(): { fromNs: number; untilNs: number } | null {
    const [first, last] = [this.index[0], this.index.at(-1)];
    return first && last ? { fromNs: first.fromNs, untilNs: last.untilNs } : null;
  }

  end(): void {
    if (!this.isFull) this.builder.flush();
    const main = Buffer.alloc(INDEX_ENTRY * this.index.length);
    this.index.forEach(({ at, fromNs, untilNs }, place) => {
      main.writeDoubleLE(at, INDEX_ENTRY * place);
      main.writeDoubleLE(fromNs, INDEX_ENTRY * place + 8);
      main.writeDoubleLE(untilNs, INDEX_ENTRY * place + 16);
    });
    const bytes = encodeBlock({ type: BLOCK.index, fromNs: 0, untilNs: 0, main, bulk: NOTHING });
    const tail = Buffer.alloc(TAIL);
    tail.writeUInt32LE(bytes.length, 0);
    tail.write('nEND', 4, 'latin1');
    this.write(Buffer.concat([bytes, tail]));
  }

  private write(bytes: Buffer): void {
    this.sink.write(bytes);
    this.size += bytes.length;
  }
}

/** What stands at the end of a recording of so many blocks, at most. */
export function endBytes(blocks: number): number {
  return Math.ceil(HEAD + INDEX_ENTRY * blocks * UNPACKED + SPARE + TAIL);
}
