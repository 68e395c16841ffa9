/** Who was not asked for in so many looks is forgotten. */
const KEPT_TURNS = 10;

/** What a counter of each of many grew by, from one look that asks for it to the next. */
export class Grown {
  private readonly counts = new Map<number, { count: number; turn: number }>();
  private now = 0;

  /** Since it was asked for before; 0 at the first time. */
  by(id: number, count: number): number {
    const known = this.counts.get(id);
    this.counts.set(id, { count, turn: this.now });
    return count - (known?.count ?? count);
  }

  /** The look is over. */
  turn(): void {
    this.now++;
    for (const [id, { turn }] of this.counts) if (this.now - turn > KEPT_TURNS) this.counts.delete(id);
  }
}
