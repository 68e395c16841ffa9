/** The histogram of a cell: the first two buckets part here, and each is so many times the one before. */
const LEAST_US = 10;
const PER_DECADE = 2;
const BUCKETS = 12;

/** How many of the times fall below 10 µs, then in each of two steps to each power of ten; the last has all from 1 s on. */
export function histogramOf(times: Iterable<{ us: number; count: number }>): number[] {
  const buckets = Array<number>(BUCKETS).fill(0);
  for (const { us, count } of times) {
    const place = Math.floor(PER_DECADE * Math.log10(us / LEAST_US)) + 1;
    const bucket = Math.max(0, Math.min(BUCKETS - 1, place));
    buckets[bucket] = (buckets[bucket] ?? 0) + count;
  }
  return buckets;
}
