import { type MetricFamily, type MetricSeries, OTHER } from '../../model/metrics/metric.ts';

interface Sum {
  labels: readonly string[];
  value: number;
  buckets?: number[];
}

/** The series of one family. Labels are given in the order of the family's. */
export class Sums {
  private readonly sums = new Map<string, Sum>();

  constructor(private readonly family: MetricFamily) {}

  /** Of a counter or a gauge. 0 makes the series be there. */
  add(labels: readonly string[], amount: number): void {
    this.sum(labels).value += amount;
  }

  /** Of a histogram. */
  observe(labels: readonly string[], value: number): void {
    const sum = this.sum(labels);
    sum.value += value;
    const { bounds = [] } = this.family;
    const place = bounds.findIndex((bound) => value <= bound);
    const bucket = place < 0 ? bounds.length : place;
    if (sum.buckets) sum.buckets[bucket] = (sum.buckets[bucket] ?? 0) + 1;
  }

  /** Of a gauge, which is put together anew. */
  clear(): void {
    this.sums.clear();
  }

  /** What is counted under this value of the label at `place` goes to the others, so that the sum stays. */
  fold(place: number, name: string): void {
    for (const [key, sum] of this.sums) {
      if (sum.labels[place] !== name) continue;
      this.sums.delete(key);
      const into = this.sum(sum.labels.map((label, at) => (at === place ? OTHER : label)));
      into.value += sum.value;
      sum.buckets?.forEach((count, bucket) => {
        if (into.buckets) into.buckets[bucket] = (into.buckets[bucket] ?? 0) + count;
      });
    }
  }

  series(): MetricSeries[] {
    return [...this.sums.values()];
  }

  private sum(labels: readonly string[]): Sum {
    const key = labels.join('\0'); // no text that is safe to print has one
    const known = this.sums.get(key);
    if (known) return known;
    const { kind, bounds = [] } = this.family;
    const made: Sum = { labels, value: 0 };
    if (kind === 'histogram') made.buckets = Array<number>(bounds.length + 1).fill(0);
    this.sums.set(key, made);
    return made;
  }
}
