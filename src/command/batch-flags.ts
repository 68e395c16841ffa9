import { UsageError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { countOf } from './flag-values.ts';

export interface BatchFlags {
  /** The screen as frames of text. */
  batch: boolean;
  /** Cells of its lines; null: those of the terminal. */
  width: number | null;
}

const NARROWEST = 40;
const WIDEST = 1000;
/** What would print something else. */
const OTHERS = ['json', 'pcapng', 'debug-func', 'events', 'by', 'tls', 'query'];

/** Whether the screen is asked for as text. Throws a UsageError where the command line asks for something else too. */
export function isBatch({ flags }: Pick<Arguments, 'flags'>, command: string | null): boolean {
  if (!flags.has('batch')) {
    if (flags.has('width')) throw new UsageError('--width goes with --batch');
    return false;
  }
  if (command !== null) throw new UsageError(`--batch prints the screen, and does not go with ${command}`);
  const format = flags.get('format')?.[0] ?? 'text';
  const other = OTHERS.find((flag) => flags.has(flag)) ?? (format === 'text' ? null : 'format');
  if (other !== null) throw new UsageError(`--batch prints the screen as text: leave out --${other}`);
  return true;
}

/** As top: the flag, else the environment's COLUMNS, as far as it is a width. */
export function batchOf(given: Arguments, { COLUMNS = '' }: { COLUMNS?: string | undefined }): BatchFlags {
  const asked = countOf(given, 'width', NARROWEST, WIDEST);
  const named = /^\d{1,4}$/.test(COLUMNS) ? Math.min(WIDEST, Math.max(NARROWEST, Number(COLUMNS))) : null;
  return { batch: given.flags.has('batch'), width: asked ?? named };
}
