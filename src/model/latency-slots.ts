/**
 * Times in slots of equal width, eight to each power of two, as the kernel counts them (enum service_slot): what is
 * said of a time is at most an eighth above it.
 */
const UNIT_NS = 1024;
const STEPS = 8;

/** Where a slot ends, ns: all of its times are below. */
export function slotEndNs(slot: number): number {
  if (slot < STEPS) return (slot + 1) * UNIT_NS;
  const doublings = Math.floor(slot / STEPS) - 1;
  return (STEPS + (slot % STEPS) + 1) * 2 ** doublings * UNIT_NS;
}

/** So many percent of the times are below it, ns, by nearest rank; null: there are none. */
export function percentileNs(slots: readonly number[], percent: number): number | null {
  const all = slots.reduce((sum, count) => sum + count, 0);
  let left = Math.ceil((percent / 100) * all);
  if (left === 0) return null;
  const found = slots.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return slotEndNs(found);
}
