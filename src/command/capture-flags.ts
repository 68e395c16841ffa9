import { UsageError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { textOf } from './flag-values.ts';
import { PCAPNG } from './formats.ts';

export interface CaptureFlags {
  /** The capture file that is written in the place of rows; '-': the standard output, null: none. */
  pcapng: string | null;
  /** With each packet at each function. */
  pcapngAll: boolean;
}

/** Throws a UsageError where flags do not go together. */
export function captureIn(given: Arguments): CaptureFlags {
  const isFormat = textOf(given, 'format')?.toLowerCase() === PCAPNG;
  const pcapng = textOf(given, 'pcapng') ?? (isFormat ? '-' : null);
  const pcapngAll = given.flags.has('pcapng-all');
  if (pcapngAll && pcapng === null)
    throw new UsageError('--pcapng-all goes with --pcapng FILE or --format pcapng');
  const others = ['json', 'kernel-stack', 'stats', ...(isFormat ? [] : ['format'])];
  const other = others.find((flag) => given.flags.has(flag));
  if (pcapng !== null && other !== undefined)
    throw new UsageError(`--pcapng writes no text, JSON or stacks: leave out --${other}`);
  return { pcapng, pcapngAll };
}
