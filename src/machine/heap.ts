import { setFlagsFromString } from 'node:v8';

/**
 * nettop's garbage is gone within a frame or a tick, and what lasts has bounds. By itself V8 lets the space for new
 * objects grow to 32 MB a thread and waits with a collection until the rest has grown to several times what is in
 * use. Imported first in each thread: a space that has grown rarely shrinks, and a new thread's heap sets the growth
 * factor, which is one for all, to 2 again.
 *
 * What runs seldom is compiled for speed later than V8 would by itself: the compiler's threads took 15 to 30 % of what
 * the screen costs in its first seconds under load.
 */
const SMALL = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];
const SELDOM_COMPILED = '--interrupt-budget=1000000';
/**
 * While very many objects come that last for seconds: what was just copied is not copied again so soon, and what lasts
 * is not gone through for each fifth that it grows by. V8 looks at both when it collects.
 */
const ROOMY = ['--semi-space-growth-factor=2', '--heap-growing-percent=100'];
/** MB, three times the space for new objects: it grows no further in the worker. */
const MOST_YOUNG = 6;

/** They write a line for each event: in a small heap these cost twice as much. */
const WRITERS = ['trace', 'requests'];

const isSmall = !process.argv.slice(2).some((word) => WRITERS.includes(word));

const set = (flags: readonly string[]): void => {
  if (isSmall) for (const flag of flags) setFlagsFromString(flag);
};

set([...SMALL, SELDOM_COMPILED]);

/** Bounds of the worker's heap. */
export const workerLimits = isSmall ? { maxYoungGenerationSizeMb: MOST_YOUNG } : {};

/** Whether very many objects come that last for seconds; of all threads. */
export function expectMany(isSo: boolean): void {
  set(isSo ? ROOMY : SMALL);
}
