/** Clocks of the capture side. The kernel stamps events with CLOCK_MONOTONIC, as hrtime does. */

export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** Wall clock at monotonic time 0, microseconds since the epoch. */
export function epochUs(): number {
  return (performance.timeOrigin + performance.now()) * 1000 - monotonicNs() / 1000;
}
