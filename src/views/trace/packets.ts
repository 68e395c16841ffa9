import type { PacketEvent, PacketReader } from '../../capture/records/packet-event.ts';

/** Records kept, of 200 bytes: 26 MB, touched as they come. The oldest are overwritten. */
export const PACKETS_KEPT = 1 << 17;

/**
 * The last packets, as the kernel wrote them: a record is copied once and decoded only when it is
 * looked at. A packet's number rises by one for each that was added.
 */
export class Packets {
  /** Number of the next packet. */
  end = 0;
  private readonly words: number;
  private copy = new Uint32Array(0);
  /** Memory of all records; a packet's begins at `offset`. Another one from the first packet on. */
  view = new DataView(this.copy.buffer);

  constructor(private readonly reader: PacketReader) {
    this.words = reader.size / 4;
  }

  /** Number of the oldest packet that is still here. */
  get start(): number {
    return Math.max(0, this.end - PACKETS_KEPT);
  }

  /** Time of the oldest packet that is still here; 0: none was overwritten. */
  keptSinceNs(): number {
    return this.start === 0 ? 0 : this.get(this.start).atNs;
  }

  add(source: Uint32Array, offset: number): void {
    if (this.end === 0) this.hold();
    const { words, copy } = this;
    const to = (this.end % PACKETS_KEPT) * words;
    const from = offset >> 2;
    for (let i = 0; i < words; i++) copy[to + i] = source[from + i] as number;
    this.end++;
  }

  /**
   * Not before there is a packet: while nettop starts malloc gives memory that was in use before, all of which is
   * cleared and thereby resident; later it maps a block of this size, which is touched as it is filled.
   */
  private hold(): void {
    this.copy = new Uint32Array(PACKETS_KEPT * this.words);
    this.view = new DataView(this.copy.buffer);
  }

  offset(number: number): number {
    return (number % PACKETS_KEPT) * this.reader.size;
  }

  /** Decodes a packet that lies between start and end. */
  get(number: number): PacketEvent {
    return this.reader.read(this.view, this.offset(number));
  }
}
