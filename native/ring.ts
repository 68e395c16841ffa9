import { roundUp, u64 } from './fields.ts';
import { type Mapping, mapMemory, PROT_READ, PROT_WRITE, pageSize } from './libc.ts';

const BUSY = 0x80000000 | 0; // enum in include/uapi/linux/bpf.h: BPF_RINGBUF_BUSY_BIT
const DISCARDED = 0x40000000;
/** Before each record: its length with two flags above it, and its page. */
export const RECORD_HEADER = u64.size;
const LENGTH_MASK = 0x3fffffff;
/** The consumer's place is published at least this often, so that producers find room early. */
const PUBLISH_BYTES = 1 << 20;

/** Memory of the ring as the consumer reads it; offsets given to `visit` are into these. */
export interface RingMemory {
  u8: Uint8Array;
  view: DataView;
}

/**
 * A BPF ring buffer read in place: both ends are mapped, no copy and no callback per record. One
 * consumer only. The kernel lays the data pages twice in a row, so that a record never wraps; every page that is
 * mapped is resident from then on, so of the second row only as much is as a record is long.
 */
export class Ring {
  readonly memory: RingMemory;
  private readonly consumer: BigInt64Array;
  private readonly producer: BigInt64Array;
  private readonly headers: Int32Array;
  private readonly page = pageSize();
  private mappings: Mapping[];
  private position: number;

  /** `longest`: bytes of a record, at most. */
  constructor(
    fd: number,
    private readonly size: number,
    longest = pageSize(),
  ) {
    const consumer = mapMemory(fd, this.page, PROT_READ | PROT_WRITE);
    const data = mapMemory(fd, this.page + size + roundUp(longest, this.page), PROT_READ, this.page);
    this.mappings = [consumer, data];
    this.consumer = new BigInt64Array(consumer.memory, 0, 1);
    this.producer = new BigInt64Array(data.memory, 0, 1);
    this.headers = new Int32Array(data.memory);
    this.memory = { u8: new Uint8Array(data.memory), view: new DataView(data.memory) };
    this.position = Number(Atomics.load(this.consumer, 0));
  }

  /**
   * Calls `visit(offset, length)` for each record, at most `limit` of them; the bytes are valid
   * until it returns. Returns the number of records.
   */
  drain(visit: (offset: number, length: number) => void, limit: number): number {
    if (this.mappings.length === 0) return 0; // closed
    const end = Number(Atomics.load(this.producer, 0));
    let published = this.position;
    let count = 0;
    try {
      while (this.position < end && count < limit) {
        const offset = this.page + (this.position % this.size);
        const header = Atomics.load(this.headers, offset >> 2);
        if (header & BUSY) break; // reserved and not yet submitted: it is read next time
        const length = header & LENGTH_MASK;
        this.position += roundUp(length + RECORD_HEADER, u64.size);
        if (!(header & DISCARDED)) {
          count++;
          visit(offset + RECORD_HEADER, length);
        }
        if (this.position - published >= PUBLISH_BYTES) published = this.publish();
      }
    } finally {
      if (this.position !== published) this.publish();
    }
    return count;
  }

  close(): void {
    for (const mapping of this.mappings) mapping.unmap();
    this.mappings = [];
  }

  private publish(): number {
    Atomics.store(this.consumer, 0, BigInt(this.position));
    return this.position;
  }
}
