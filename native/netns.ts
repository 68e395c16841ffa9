import { errorText, lastErrno, libc } from './libc.ts';

const CLONE_NEWNET = 0x40000000;

/** Takes the calling thread, and no other, into the network namespace that a descriptor leads to. */
export function enterNetns(fd: number): void {
  if (libc().setns(fd, CLONE_NEWNET) !== 0) throw new Error(`setns: ${errorText(lastErrno())}`);
}
