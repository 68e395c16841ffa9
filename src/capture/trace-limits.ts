/** Packets a second into the trace: to be written, and to be looked at, where more pass than anybody reads. */
const RATE = 10_000;
const SCREEN_RATE = 2000;
/** 40,000 events, which are read every 20 ms. All of a ring is resident once it is mapped. */
const RING_BYTES = 8 << 20;
/** Half as many are a second and more of what the screen's limit lets through. */
const SMALL_RING_BYTES = 4 << 20;

/** How much comes into the trace; `given` is the user's limit, 0 for none, null where there is no word of it. */
export function traceLimits(
  given: number | null,
  isScreen: boolean,
): { rateLimit: number; ringBytes: number } {
  const rateLimit = given ?? (isScreen ? SCREEN_RATE : RATE);
  const isLow = rateLimit > 0 && rateLimit <= SCREEN_RATE;
  return { rateLimit, ringBytes: isLow ? SMALL_RING_BYTES : RING_BYTES };
}
