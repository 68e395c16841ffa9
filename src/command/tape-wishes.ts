import { UsageError } from '../errors.ts';
import type { Names } from '../filter/value.ts';
import type { AlertRule } from '../model/alerts/rule.ts';
import { rulesOf } from './alert-rules.ts';
import type { Arguments } from './arguments.ts';
import { bytesOf, textOf, timeOf } from './flag-values.ts';

const LEAST_BYTES = 1e6;

/** What `record` is asked for. */
export interface RecordWishes {
  /** Of the whole recording; null: as it comes. */
  mostBytes: number | null;
  /** So much of its end is kept and written; null: all of it. */
  ringMs: number | null;
  /** What ends the ring. */
  triggers: readonly AlertRule[];
}

export interface TapeOptions {
  /** Of `record` alone. */
  record: RecordWishes;
  /** Of `replay` alone: where it begins, as it was typed; null: at its beginning. */
  at: string | null;
}

const RECORD_FLAGS = ['max-size', 'ring', 'trigger'];

/** What record and replay are asked for, as no other command is. Throws a UsageError. */
export function tapeOf(given: Arguments, command: string, file: string | null, names: Names): TapeOptions {
  return { record: recordWishesOf(given, command, names), at: beginningOf(given, command, file) };
}

function recordWishesOf(given: Arguments, command: string, names: Names): RecordWishes {
  const stray = RECORD_FLAGS.find((flag) => given.flags.has(flag));
  if (stray !== undefined && command !== 'record')
    throw new UsageError(`--${stray} goes with record: nettop record FILE --${stray}`);
  const ringMs = timeOf(given, 'ring');
  if (given.flags.has('trigger') && ringMs === null)
    throw new UsageError('--trigger ends a ring: give --ring too, such as --ring 60s');
  if (given.flags.has('trigger') && given.flags.has('stats'))
    throw new UsageError('--stats looks for no alerts: leave it out, or --trigger');
  return {
    mostBytes: bytesOf(given, 'max-size', LEAST_BYTES),
    ringMs,
    triggers: rulesOf(given, names, 'trigger'),
  };
}

function beginningOf(given: Arguments, command: string, file: string | null): string | null {
  const at = textOf(given, 'at');
  if (at !== null && command !== 'replay')
    throw new UsageError("--at goes with replay: nettop replay FILE --at '3m ago'");
  if (at !== null && file === '-') throw new UsageError('--at: a pipe is told from its beginning');
  return at;
}
