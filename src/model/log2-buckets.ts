/** How many values lie below a power of two, and not below the one before it: of 1 that is 0. */
export interface Bucket {
  below: number;
  count: number;
}

/** Values of 0 and more in such buckets, the lowest first; those without values are left out. */
export function bucketsOf(values: Iterable<number>): Bucket[] {
  const counts: number[] = [];
  for (const value of values) {
    const power = value < 1 ? 0 : Math.floor(Math.log2(value)) + 1;
    counts[power] = (counts[power] ?? 0) + 1;
  }
  return counts.flatMap((count, power) => (count > 0 ? [{ below: 2 ** power, count }] : []));
}
