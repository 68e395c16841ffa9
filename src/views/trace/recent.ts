/** A set that forgets: it holds at least the last `kept` values, at most twice as many. */
export class Recent<T> {
  private newer = new Set<T>();
  private older = new Set<T>();

  constructor(private readonly kept: number) {}

  add(value: T): void {
    if (this.newer.size >= this.kept) {
      this.older = this.newer;
      this.newer = new Set();
    }
    this.newer.add(value);
  }

  has(value: T): boolean {
    return this.newer.has(value) || this.older.has(value);
  }

  clear(): void {
    this.newer.clear();
    this.older.clear();
  }
}
