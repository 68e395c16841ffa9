/** A rate over less is chance: one packet in 25 ms would be 40 a second. */
const MOST_ENOUGH_SECONDS = 0.5;

/** How long something must have been counted for before it has a rate: half an interval, half a second at most. */
export function enoughSeconds(intervalMs: number): number {
  return Math.min(intervalMs / 2000, MOST_ENOUGH_SECONDS);
}

/**
 * The time that rates are over: from one look at the counters to the next. Where that is not enough, as it may
 * be at the end, the rates that were known before are taken in with the time that they are over. Times are
 * monotonic, ns.
 */
export class RateClock {
  /** Whether there was enough time for rates; they are 0 otherwise. */
  isKnown = false;
  /** Since the look before; 0 at the first. */
  seconds = 0;
  /** null: counting has just begun. */
  private fromNs: number | null = null;
  private atNs: number | null = null;
  private enough = 0;
  /** What the rates of the look before are over; 0: there were none. */
  private before = 0;

  /** Counting begins. */
  restart(atNs: number): void {
    this.isKnown = false;
    this.seconds = 0;
    this.fromNs = null;
    this.atNs = atNs;
  }

  /** The counters are read; the first look is where counting begins. */
  look(atNs: number, enough = 0): void {
    if (this.atNs === null) {
      this.restart(atNs);
      return;
    }
    this.before = this.isKnown ? this.wholeSeconds : 0;
    this.fromNs = this.atNs;
    this.enough = enough;
    this.until(atNs);
  }

  /** They are read only now. */
  until(atNs: number): void {
    this.atNs = atNs;
    if (this.fromNs === null) return;
    this.seconds = Math.max(1e-6, (atNs - this.fromNs) / 1e9);
    this.isKnown = this.wholeSeconds >= this.enough;
  }

  /** Whether the rates reach back beyond the look before. */
  get isJoined(): boolean {
    return this.carried(this.seconds) > 0;
  }

  /** What the rates are over. */
  get wholeSeconds(): number {
    return this.seconds + this.carried(this.seconds);
  }

  /** Per second, of what was counted since the look before, or in the seconds given; `before` is the last rate. */
  rate(amount: number, before: number, seconds = this.seconds): number {
    if (!this.isKnown) return 0;
    const carried = this.carried(seconds);
    return (amount + before * carried) / (seconds + carried);
  }

  private carried(seconds: number): number {
    return seconds < this.enough ? this.before : 0;
  }
}
