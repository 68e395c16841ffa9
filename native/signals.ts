import { libc } from './libc.ts';

/** sigset_t of glibc and musl. */
const SET_BYTES = 128;
const SIG_SETMASK = 2;

/**
 * Does `work` with the calling thread's signals held off, those of a profiler's timer too: one that comes makes
 * the verifier give up with EAGAIN (Linux commit c3494801cd17). They come afterwards, or go to another thread.
 */
export function withSignalsHeld<T>(work: () => T): T {
  const all = Buffer.alloc(SET_BYTES);
  const before = Buffer.alloc(SET_BYTES);
  libc().sigfillset(all);
  libc().pthread_sigmask(SIG_SETMASK, all, before);
  try {
    return work();
  } finally {
    libc().pthread_sigmask(SIG_SETMASK, before, Buffer.alloc(SET_BYTES));
  }
}
