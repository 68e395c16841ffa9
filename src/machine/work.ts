/** Does all parts of a work at once. */
export function complete(work: Generator<void>): void {
  while (!work.next().done);
}
