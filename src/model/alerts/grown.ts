/** What a counter of each of many grew by from look to look, while somebody asks. */
export class Grown {
  private before = new Map<number, number>();
  private now = new Map<number, number>();

  /** Since the look before; 0 at the first one. */
  by(id: number, count: number): number {
    this.now.set(id, count);
    return count - (this.before.get(id) ?? count);
  }

  /** The look is over: those that were not asked for are forgotten. */
  turn(): void {
    this.before = this.now;
    this.now = new Map();
  }
}
