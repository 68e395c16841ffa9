import type { PacketEvent, PacketReader } from '../../capture/records/packet-event.ts';
import { PackedRecords } from './packed-records.ts';

/** Records kept, of 200 bytes, in 8 MB: fewer where they have little in common. */
export const PACKETS_KEPT = 1 << 17;

/**
 * The last packets, as the kernel wrote them: a record is copied once, packed, and decoded only when it is
 * looked at. A packet's number rises by one for each that was added.
 */
export class Packets {
  /** The record that was opened last. */
  readonly view: DataView;
  private readonly record: Uint32Array;
  private readonly records: PackedRecords;
  private opened = -1;

  /** `more`: bytes that stand behind each event. */
  constructor(
    private readonly reader: PacketReader,
    more = 0,
  ) {
    this.record = new Uint32Array((reader.size + more) / 4);
    this.view = new DataView(this.record.buffer);
    this.records = new PackedRecords(this.record.length, PACKETS_KEPT);
  }

  /** Number of the oldest packet that is still here. */
  get start(): number {
    return this.records.start;
  }

  /** Number of the next packet. */
  get end(): number {
    return this.records.end;
  }

  /** Time of the oldest packet that is still here; 0: none was overwritten. */
  keptSinceNs(): number {
    return this.start === 0 ? 0 : this.get(this.start).atNs;
  }

  /** A record that begins at a byte of `source`. */
  add(source: Uint32Array, offset: number): void {
    this.records.add(source, offset >> 2);
  }

  /** Shows a packet that lies between start and end in `view`; returns where its record begins there. */
  open(number: number): number {
    if (number !== this.opened) this.records.read(number, this.record);
    this.opened = number;
    return 0;
  }

  /** Four bytes of a packet that lies between start and end, at a byte of its record. */
  word(number: number, at: number): number {
    return this.records.word(number, at >> 2);
  }

  /** Decodes a packet that lies between start and end. */
  get(number: number): PacketEvent {
    return this.reader.read(this.view, this.open(number));
  }
}
