type Value = number | string;

/** Items by a value. Equal rows keep a fixed order, so that rows do not dance from tick to tick. */
export function sorted<T>(
  items: T[],
  value: ((item: T) => Value) | undefined,
  descending: boolean,
  tie: (a: T, b: T) => number,
): T[] {
  if (!value) throw new RangeError('no such sort');
  const sign = descending ? -1 : 1;
  const keyed = items.map((item) => ({ item, value: value(item) }));
  keyed.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : tie(a.item, b.item)));
  return keyed.map(({ item }) => item);
}
