/** Less is within what the way here takes. */
const WORTH_TELLING_US = 500_000;
/** Of the last so many blocks, one a second: clocks are set. */
const LOOKS = 60;

/**
 * How far a machine's clock is from this one's. What it sends comes a little later than it was written, sometimes much:
 * the least of the last differences is nearest to the truth.
 */
export class ClockSkew {
  private readonly looks: number[] = [];

  /** What was written at `thenUs` by its clock is here now. */
  came(thenUs: number, nowUs = (performance.timeOrigin + performance.now()) * 1000): void {
    this.looks.push(nowUs - thenUs);
    if (this.looks.length > LOOKS) this.looks.shift();
  }

  /** It is so much behind this machine's, or before it where that is negative; null: they agree, or that is not known yet. */
  get behindUs(): number | null {
    if (this.looks.length < 2) return null;
    const least = Math.min(...this.looks);
    return Math.abs(least) < WORTH_TELLING_US ? null : least;
  }
}
