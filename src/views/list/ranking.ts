/**
 * Window and rank of a long sorted list in O(n), by quickselect. `compare` takes indexes into `items` and must be a
 * strict total order.
 */
export class Ranking<T> {
  /** Places in items; in part in order, after each question a little more. */
  private readonly order: Uint32Array;

  constructor(
    private readonly items: readonly T[],
    private readonly compare: (a: number, b: number) => number,
  ) {
    this.order = new Uint32Array(items.length);
    for (let at = 0; at < items.length; at++) this.order[at] = at;
  }

  get size(): number {
    return this.items.length;
  }

  /** The items from `first` on, at most `count`, in order. */
  window(first: number, count: number): T[] {
    const { order, items, compare } = this;
    const end = Math.min(items.length, first + count);
    if (first >= end) return [];
    this.divide(0, items.length - 1, first);
    this.divide(first, items.length - 1, end - 1);
    const shown = order.subarray(first, end).sort(compare);
    return Array.from(shown, (at) => items[at] as T);
  }

  /** How many items stand before this one; null: it is none of them. */
  placeOf(item: T): number | null {
    const place = this.items.indexOf(item);
    if (place < 0) return null;
    let before = 0;
    for (let at = 0; at < this.items.length; at++) if (at !== place && this.compare(at, place) < 0) before++;
    return before;
  }

  /** Hoare's selection: then nothing before `wanted` comes after what is behind it. */
  private divide(from: number, to: number, wanted: number): void {
    let [low, high] = [from, to];
    while (low < high) {
      const [left, right] = this.partition(low, high);
      if (wanted <= right) high = right;
      else if (wanted >= left) low = left;
      else return;
    }
  }

  /** Where the part begins that is not before the pivot, and where the part ends that is not after it. */
  private partition(low: number, high: number): [left: number, right: number] {
    const { order, compare } = this;
    const pivot = order[(low + high) >>> 1] as number;
    let [left, right] = [low, high];
    while (left <= right) {
      while (compare(order[left] as number, pivot) < 0) left++;
      while (compare(order[right] as number, pivot) > 0) right--;
      if (left > right) break;
      const moved = order[left] as number;
      order[left++] = order[right] as number;
      order[right--] = moved;
    }
    return [left, right];
  }
}
