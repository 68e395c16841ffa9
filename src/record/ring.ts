import { Baseline } from './baseline.ts';
import { HEAD, inflate, readHead } from './file/block.ts';
import { BlockBuilder, type WrittenBlock } from './file/block-builder.ts';
import { decodeEntries } from './file/entries.ts';
import { endBytes, type RecordingWriter } from './file/writer.ts';
import type { Entry } from './log.ts';

export interface RingLimits {
  /** What is older goes. */
  ns: number;
  /** Of the blocks; the oldest go where there are more. */
  bytes: number;
}

/** What of the time that was asked for is not in a ring, as its bytes were used up. */
export interface RingLoss {
  ns: number;
  /** Traced events. */
  events: number;
}

/**
 * The end of a recording, in memory. Entries come as a recorder tells them, with endFrame where a block may end; what
 * has no room any more is folded into what a reader needs of it. Written down, it is a recording.
 */
export class Ring {
  private readonly builder = new BlockBuilder((block) => this.keep(block));
  private readonly baseline = new Baseline();
  private readonly blocks: WrittenBlock[] = [];
  private bytes = 0;
  private readonly cut: WrittenBlock[] = [];
  /** null: it goes on. */
  private frozenNs: number | null = null;

  constructor(private readonly limits: RingLimits) {}

  add(entry: Entry): void {
    this.builder.add(entry);
  }

  endFrame(): void {
    this.builder.endFrame();
  }

  /** Bytes that it has now. */
  get size(): number {
    return this.bytes;
  }

  /** From now on what is there stays, however old; its bytes are limited as before. */
  freeze(): void {
    this.frozenNs ??= this.blocks.at(-1)?.untilNs ?? null;
  }

  /** Writes what there is; more may come. The baseline comes first: it may leave room for fewer blocks. */
  writeTo(writer: RecordingWriter): void {
    this.builder.flush();
    let base = this.base();
    while (this.blocks.length > 1 && writer.size + this.whole(base) > this.limits.bytes) {
      this.evict();
      base = this.base();
    }
    for (const block of [...base, ...this.blocks]) writer.put(block);
  }

  /** null: nothing of it. */
  get lost(): RingLoss | null {
    const [first, last] = [this.cut[0], this.cut.at(-1)];
    if (!first || !last) return null;
    return {
      ns: (this.blocks[0]?.fromNs ?? last.untilNs) - Math.max(first.fromNs, this.wantedNs),
      events: this.cut.reduce((sum, { events }) => sum + events, 0),
    };
  }

  private keep(block: WrittenBlock): void {
    this.blocks.push(block);
    this.bytes += block.bytes.length;
    const { wantedNs } = this;
    while (this.blocks.length > 1 && (this.blocks[0]?.untilNs ?? 0) < wantedNs) this.evict();
    while (this.blocks.length > 1 && this.bytes > this.limits.bytes) this.evict();
    while ((this.cut[0]?.untilNs ?? wantedNs) < wantedNs) this.cut.shift();
  }

  /** From when on everything is to be there. */
  private get wantedNs(): number {
    return (this.frozenNs ?? this.blocks.at(-1)?.untilNs ?? 0) - this.limits.ns;
  }

  private evict(): void {
    const block = this.blocks.shift();
    if (!block) return;
    this.bytes -= block.bytes.length;
    this.baseline.fold(entriesOf(block));
    if (block.untilNs >= this.wantedNs) this.cut.push({ ...block, bytes: NOTHING });
  }

  /** As the first block, where there is something before the others. */
  private base(): WrittenBlock[] {
    const found: WrittenBlock[] = [];
    const builder = new BlockBuilder((block) => found.push(block));
    for (const entry of this.baseline.entries()) builder.add(entry);
    builder.flush();
    return found;
  }

  private whole(base: readonly WrittenBlock[]): number {
    const blocks = base.reduce((sum, { bytes }) => sum + bytes.length, this.bytes);
    return blocks + endBytes(base.length + this.blocks.length);
  }
}

const NOTHING = Buffer.alloc(0);

/** Without traced packets. Throws an Error where they are no such thing. */
function entriesOf({ bytes }: WrittenBlock): Entry[] {
  const head = readHead(bytes, 0);
  if (!head) throw new Error('a block without its head');
  const main = inflate(bytes.subarray(HEAD, HEAD + head.mainStored), head.mainSize);
  return decodeEntries(main, () => NOTHING);
}
