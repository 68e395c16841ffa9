/** Percentiles of values in any order, by nearest rank: each is one of the values itself; null: there are none. */
export function percentilesOf(values: Iterable<number>): (percent: number) => number | null {
  const ascending = Float64Array.from(values).sort();
  return (percent) => ascending[Math.ceil((percent / 100) * ascending.length) - 1] ?? null;
}
