/** Takes the oldest entry out of a map that holds more than `most`, in the order of their coming; null: it has room. */
export function evictOldest<K, V>(map: Map<K, V>, most: number): [key: K, value: V] | null {
  if (map.size <= most) return null;
  for (const entry of map) {
    map.delete(entry[0]);
    return entry;
  }
  return null;
}
