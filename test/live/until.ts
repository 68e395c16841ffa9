import { SLOWNESS } from '../fixtures/slowness.ts';

const POLL_MS = 10;
/** A machine in use starts several of nettop in half a minute. */
const DEADLINE_MS = 45_000;

/** Asks again and again until the answer is not false, null or undefined; fails with `what` at the deadline. */
export async function until<T>(
  what: string,
  ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
  ms = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + ms * SLOWNESS;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${ms * SLOWNESS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
