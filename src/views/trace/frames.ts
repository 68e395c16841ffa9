import type { Captured } from '../../capture/records/captured.ts';
import type { PacketEvent } from '../../capture/records/packet-event.ts';
import type { FrameOwner, FrameRow } from '../../model/frame.ts';
import type { PacketRow } from '../../model/model.ts';
import type { Packets } from './packets.ts';
import { Recent } from './recent.ts';
import { Sightings } from './sightings.ts';

/** Packets whose headers may still come to be read. */
const HIDDEN = 10_000;

export interface FrameSources {
  packets: Packets;
  /** The packet's first bytes; null: it has none at that function. */
  read(number: number, event: PacketEvent): Captured | null;
  /** enum packet_status, or-ed: what keeps a packet from having any. */
  lacking: number;
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  row(number: number): PacketRow;
  owner(pid: number, cookie: number): FrameOwner | null;
}

/** Frames out of the packets that are kept. */
export class Frames {
  /** Sightings without a header; packets that had none anywhere, as it lay in pages. */
  withoutHeader = 0;
  private readonly sightings = new Sightings();
  private readonly hidden = new Recent<bigint>(HIDDEN);
  private readonly epochNs: bigint;

  constructor(private readonly sources: FrameSources) {
    this.epochNs = BigInt(Math.round(sources.epochUs * 1000));
  }

  /** `every`: at each function that has its header; else where the packet is seen first. null: it is none. */
  of(number: number, every: boolean): FrameRow | null {
    const { sources } = this;
    const event = sources.packets.get(number);
    if (!every && !this.sightings.isFirst(event)) return null;
    const read = sources.read(number, event);
    if (!read) {
      if (every) this.withoutHeader++;
      else this.countHidden(event);
      return null;
    }
    if (!every && this.hidden.has(event.packet)) this.withoutHeader--;
    this.sightings.told(event);
    return this.frame(number, event, read, every);
  }

  private frame(number: number, event: PacketEvent, read: Captured, every: boolean): FrameRow {
    const { sources } = this;
    const { bytes, hasLink, linkBytes, direction, lostPackets, lostEvents } = read;
    return {
      packet: sources.row(number),
      timeNs: this.epochNs + BigInt(event.atNs),
      bytes,
      hasLink,
      length: Math.max(bytes.length, linkBytes + event.length),
      direction,
      owner: sources.owner(event.pid, event.cookie),
      lost: every ? lostEvents : lostPackets,
    };
  }

  /** Where a function has a socket alone, the packet has its header at others. */
  private countHidden({ packet, status }: PacketEvent): void {
    if (!(status & this.sources.lacking) || this.hidden.has(packet)) return;
    this.hidden.add(packet);
    this.withoutHeader++;
  }
}
