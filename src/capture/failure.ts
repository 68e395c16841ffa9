import { CaptureError, FaultError, RefusedError, WriteError } from '../errors.ts';
import { limitError } from '../machine/limits.ts';

/** Why the worker did not start, as it crosses to the main thread. */
export interface Failure {
  /** `fault`: nettop's own; `written`: what is recorded cannot be written. */
  kind: 'refused' | 'limit' | 'fault' | 'written';
  message: string;
  /** '' for a fault; where it cannot be written, the system's code. */
  hint: string;
  /** Where in the worker. */
  stack: string;
}

export function failureOf(error: unknown): Failure {
  const { message = String(error), stack = '' } = error instanceof Error ? error : {};
  const limit = error instanceof WriteError ? null : limitError(error);
  if (limit) return { kind: 'limit', message: limit.message, hint: limit.hint, stack };
  if (error instanceof WriteError) return { kind: 'written', message, hint: error.code ?? '', stack };
  if (error instanceof CaptureError) return { kind: 'refused', message, hint: error.hint, stack };
  return { kind: 'fault', message, hint: '', stack };
}

/** The same as an error again, with the worker's stack. */
export function errorOf({ kind, message, hint, stack }: Failure): Error {
  const error =
    kind === 'refused'
      ? new RefusedError(message, hint)
      : kind === 'limit'
        ? new CaptureError(message, hint)
        : kind === 'written'
          ? new WriteError(message, hint)
          : new FaultError(message);
  error.stack = stack;
  return error;
}
