import { PACKETS_KEPT, type Packets } from './packets.ts';

const BUCKETS = 1 << 17;
/** No event: their numbers begin at 0. */
export const NONE = -1;

/**
 * Which of the kept events belong to the same packet. Nothing is allocated for an event and nothing is
 * ever taken out: a link to an event that was overwritten is the end of its chain.
 */
export class JourneyIndex {
  /** The newest event in each bucket of identities. */
  private readonly heads = new Float64Array(BUCKETS).fill(NONE);
  /** For each event the one before it in its bucket, the first and the next one of its packet. */
  private readonly chain = new Float64Array(PACKETS_KEPT);
  private readonly firsts = new Float64Array(PACKETS_KEPT);
  private readonly nexts = new Float64Array(PACKETS_KEPT);
  /** For the first event of a packet its last one, and how many there are. */
  private readonly lasts = new Float64Array(PACKETS_KEPT);
  private readonly counts = new Uint32Array(PACKETS_KEPT);

  /** `at` is the place of the identity in an event. */
  constructor(
    private readonly packets: Packets,
    private readonly at: number,
  ) {
    for (let number = packets.start; number < packets.end; number++) this.add(number);
  }

  /**
   * Takes in the event that was added last; returns the number of its packet's first event. NONE: it
   * belongs to no packet, as a function saw it that has only a socket.
   */
  add(number: number): number {
    const slot = number % PACKETS_KEPT;
    this.nexts[slot] = NONE;
    if (!this.hasIdentity(number)) {
      this.firsts[slot] = NONE;
      return NONE;
    }
    const before = this.link(number, slot);
    const known = before === NONE ? NONE : (this.firsts[before % PACKETS_KEPT] as number);
    const first = known < this.packets.start ? number : known;
    this.firsts[slot] = first;
    if (first === number) this.counts[slot] = 0;
    (this.counts[first % PACKETS_KEPT] as number)++;
    if (first !== number) this.nexts[(this.lasts[first % PACKETS_KEPT] as number) % PACKETS_KEPT] = number;
    this.lasts[first % PACKETS_KEPT] = number;
    return first;
  }

  /** The first event of an event's packet; NONE as in `add`. */
  firstOf(number: number): number {
    return this.firsts[number % PACKETS_KEPT] as number;
  }

  /** The last event of the packet whose first one this is. */
  lastOf(first: number): number {
    return this.lasts[first % PACKETS_KEPT] as number;
  }

  countOf(first: number): number {
    return this.counts[first % PACKETS_KEPT] as number;
  }

  /** The next event of the same packet; null: it is the last. */
  nextOf(number: number): number | null {
    const next = this.nexts[number % PACKETS_KEPT] as number;
    return next === NONE ? null : next;
  }

  /** Puts the event into its bucket; returns the event before it of the same packet. */
  private link(number: number, slot: number): number {
    const { packets, at } = this;
    const [lower, upper] = [packets.word(number, at), packets.word(number, at + 4)];
    const bucket = (Math.imul(lower, 0x9e3779b1) ^ Math.imul(upper, 0x85ebca6b)) >>> 15;
    let before = this.heads[bucket] as number;
    this.chain[slot] = before;
    this.heads[bucket] = number;
    while (before >= this.packets.start && !this.isAt(before, lower, upper))
      before = this.chain[before % PACKETS_KEPT] as number;
    return before >= this.packets.start ? before : NONE;
  }

  private hasIdentity(number: number): boolean {
    return !this.isAt(number, 0, 0);
  }

  private isAt(number: number, lower: number, upper: number): boolean {
    const { packets, at } = this;
    return packets.word(number, at) === lower && packets.word(number, at + 4) === upper;
  }
}
