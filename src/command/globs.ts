import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Arguments } from './arguments.ts';

/** Each is held against some 60,000 functions. */
const MOST_GLOBS = 100;

/** Patterns that --function gives. Throws a UsageError. */
export function globsOf({ flags }: Arguments): string[] {
  const globs = flags.get('function') ?? [];
  if (globs.length > MOST_GLOBS)
    throw new UsageError(`--function: at most ${MOST_GLOBS} patterns, not ${globs.length}`);
  return globs.map((glob) => checkedGlob(glob, '--function'));
}

/** Patterns of the kernel's function names, as --function and `functions` take them. */
export function checkedGlob(glob: string, told: string): string {
  // Compilers add parts with a dot: tcp_v4_rcv.cold.
  if (/^[\w.*?[\]!-]+$/.test(glob)) return glob;
  throw new UsageError(`${told}: ${quote(glob)} is no function of the kernel, nor a pattern such as tcp_*`);
}
