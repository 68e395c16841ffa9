import { setFlagsFromString } from 'node:v8';

/**
 * nettop's garbage is gone within a frame or a tick, and what lasts has bounds. By itself V8 lets the space for new
 * objects grow to 32 MB a thread and waits with a collection until the rest has grown to several times what is in
 * use. Imported first in each thread.
 *
 * What runs seldom is compiled for speed later than V8 would by itself: the compiler's threads took 15 to 30 % of what
 * the screen costs in its first seconds under load.
 */
const SELDOM = '--interrupt-budget=1000000';
const SMALL = [SELDOM, '--liftoff-only'];
/**
 * From when all is loaded: what is loaded lasts, and in a space that may not grow it is copied over and over. That took
 * three to six of a hundred parts of a start; what it has grown by then is given back within some seconds. Set in each
 * thread: a new one's heap sets the factor, which is one for all, to 2 again.
 */
const STEADY = '--semi-space-growth-factor=1';
const LOADED_MS = 3000;
/** MB, of heaps that are made from then on: the worker's, where requests come by the thousand and last for seconds. */
const WORKERS = '--min-semi-space-size=2';
/** What lasts is collected each time that it has grown by so much. V8 asks for it whenever it collects. */
const GROWS = '--heap-growing-percent=20';
/**
 * While very many objects come that last for seconds: else they are gone through once a second. What makes them is
 * compiled sooner: at 5,000 requests a second the first eight took a tenth less of a processor.
 */
const MANY = ['--heap-growing-percent=100', '--interrupt-budget=250000'];

/** They write a line for each event: in a small heap these cost twice as much. Goes by the word: --json alone has none. */
const WRITERS = ['trace', 'requests'];

const isSmall = !process.argv.slice(2).some((word) => WRITERS.includes(word));

if (isSmall) {
  for (const flag of [...SMALL, WORKERS, GROWS]) setFlagsFromString(flag);
  setTimeout(setFlagsFromString, LOADED_MS, STEADY).unref();
}

/** Whether very many objects come that last for seconds; for all threads. */
export function expectMany(isSo: boolean): void {
  if (isSmall) for (const flag of isSo ? MANY : [GROWS, SELDOM]) setFlagsFromString(flag);
}
