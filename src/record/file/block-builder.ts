import { type Entry, sizeOf } from '../log.ts';
import { BLOCK, encodeBlock } from './block.ts';
import { EntryEncoder } from './entries.ts';

/** A block is whole when it has so much, or is so old: a run that is killed loses no more than that. */
const BLOCK_BYTES = 2 << 20;
const BLOCK_NS = 1e9;

/** A block of entries as it is written. */
export interface WrittenBlock {
  /** Of its first and its last entry; monotonic, ns. */
  fromNs: number;
  untilNs: number;
  /** Traced events in it. */
  events: number;
  bytes: Buffer;
}

/** Gathers entries to blocks of whole frames. */
export class BlockBuilder {
  private readonly encoder = new EntryEncoder();
  private fromNs = Number.NaN;
  private untilNs = 0;
  private events = 0;

  constructor(private readonly take: (block: WrittenBlock) => void) {}

  add(entry: Entry): void {
    if (Number.isNaN(this.fromNs) && entry.atNs > 0) this.fromNs = entry.atNs;
    this.untilNs = entry.atNs;
    if (entry.stride !== undefined) this.events += sizeOf(entry) / entry.stride;
    this.encoder.add(entry);
  }

  /** What was added up to now is complete in itself: a block may end here. */
  endFrame(): void {
    const { size } = this.encoder;
    if (size >= BLOCK_BYTES || (size > 0 && this.untilNs - this.fromNs >= BLOCK_NS)) this.flush();
  }

  flush(): void {
    const { encoder, untilNs, events } = this;
    if (encoder.size === 0) return;
    const fromNs = Number.isNaN(this.fromNs) ? untilNs : this.fromNs;
    const { main, bulk } = encoder;
    const bytes = encodeBlock({ type: BLOCK.entries, fromNs, untilNs, main: main.all, bulk: bulk.all });
    encoder.clear();
    this.fromNs = Number.NaN;
    this.events = 0;
    this.take({ fromNs, untilNs, events, bytes });
  }
}
