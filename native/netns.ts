import { errorText, lastErrno, libc } from './libc.ts';

const CLONE_NEWNET = 0x40000000;

/** The thread did not come back to its own network namespace. */
export class StrandedError extends Error {}

/**
 * What `act` gives in the network namespace that a descriptor leads to; `own` is one of the calling thread's. The
 * thread, and no other, goes there and is back when this returns. Throws an Error when it could not go, a
 * StrandedError when it could not come back.
 */
export function inNetns<T>(own: number, other: number, act: () => T): T {
  enter(own); // who may not come back does not go
  enter(other);
  try {
    return act();
  } finally {
    comeBack(own);
  }
}

function comeBack(own: number): void {
  try {
    enter(own);
  } catch (error) {
    throw new StrandedError((error as Error).message);
  }
}

function enter(fd: number): void {
  if (libc().setns(fd, CLONE_NEWNET) !== 0) throw new Error(`setns: ${errorText(lastErrno())}`);
}
