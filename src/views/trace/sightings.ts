import type { PacketEvent } from '../../capture/records/packet-event.ts';
import { PROTOCOLS } from '../../filter/words.ts';

/** Packets that may be on their way at one time, and those before them. */
const KEPT = 50_000;
/** Copies for several devices are made at once; a segment is sent again a round trip later at the earliest. */
const AGAIN_NS = 1e6;

type Sighting = Pick<PacketEvent, 'packet' | 'skb' | 'point' | 'hop' | 'protocol' | 'atNs'>;

/** Tells where a packet is seen for the first time. */
export class Sightings {
  private newer = new Map<bigint, Sighting>();
  private older = new Map<bigint, Sighting>();

  /** Whether a packet was not told yet. */
  isFirst(event: Sighting): boolean {
    const { packet } = event;
    const before = this.newer.get(packet) ?? this.older.get(packet);
    return before === undefined || isSentAgain(before, event);
  }

  told({ packet, skb, point, hop, protocol, atNs }: Sighting): void {
    if (this.newer.size >= KEPT) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(packet, { packet, skb, point, hop, protocol, atNs });
  }
}

/** A retransmitted segment of IPv6 differs from the first in nothing but its buffer. */
function isSentAgain(before: Sighting, event: Sighting): boolean {
  return (
    event.protocol === PROTOCOLS.tcp &&
    event.point === before.point &&
    event.hop === 1 &&
    event.skb !== before.skb &&
    event.atNs - before.atNs >= AGAIN_NS
  );
}
