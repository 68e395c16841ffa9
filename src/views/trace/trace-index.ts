import { NumberRing } from './number-ring.ts';
import { PACKETS_KEPT, type Packets } from './packets.ts';

/** Older packets looked at in one go after a new filter: a few milliseconds. */
const SCAN = 4_000;

/**
 * Numbers of the kept packets that match the filter, in order. New packets are offered as they come;
 * after a new filter those that were there before are looked through piece by piece, newest first.
 */
export class TraceIndex {
  /** Matches before the filter was set, newest first. */
  private older: number[] = [];
  private readonly newer: NumberRing;
  /** Packets below this number were not looked at yet. */
  private scanned = 0;

  constructor(
    private readonly packets: Packets,
    private matches: (number: number) => boolean,
  ) {
    this.newer = new NumberRing(PACKETS_KEPT);
  }

  /** Starts again with another filter. */
  reset(matches: (number: number) => boolean): void {
    this.matches = matches;
    this.older = [];
    this.newer.clear();
    this.scanned = this.packets.end;
    this.scanOlder();
  }

  /** A packet was added. `known`: the kernel's filter, which is the whole filter, let it pass. */
  offer(number: number, known: boolean): void {
    if (known || this.matches(number)) this.newer.push(number);
  }

  /**
   * A packet that was offered before may match after all. Those that were not looked at yet are
   * passed over: their turn comes.
   */
  include(number: number, matches: () => boolean): void {
    if (number < this.scanned) return;
    const place = this.find(number);
    if (place < this.size && this.at(place) === number) return;
    if (!matches()) return;
    const { older } = this;
    if (place < older.length) older.splice(older.length - place, 0, number);
    else this.newer.insert(place - older.length, number);
  }

  /** Call now and then: looks at older packets and forgets those that were overwritten. */
  tend(): void {
    this.scanOlder();
    const { start } = this.packets;
    while (this.older.length > 0 && (this.older[this.older.length - 1] as number) < start) this.older.pop();
    while ((this.newer.at(0) ?? start) < start) this.newer.shift();
  }

  get size(): number {
    return this.older.length + this.newer.size;
  }

  /** The packet's number at a place in the list. */
  at(index: number): number {
    const { older } = this;
    const number =
      index < older.length ? older[older.length - 1 - index] : this.newer.at(index - older.length);
    if (number === undefined) throw new RangeError(`no packet at ${index}`);
    return number;
  }

  /** The place of the first packet with this number or a higher one. */
  find(number: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private scanOlder(): void {
    const end = Math.max(this.packets.start, this.scanned - SCAN);
    for (let number = this.scanned - 1; number >= end; number--)
      if (this.matches(number)) this.older.push(number);
    this.scanned = Math.min(this.scanned, end);
  }
}
