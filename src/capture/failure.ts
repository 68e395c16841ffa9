import { CaptureError, FaultError, RefusedError } from '../errors.ts';
import { limitError } from '../machine/limits.ts';

/** Why the worker did not start, as it crosses to the main thread. */
export interface Failure {
  /** `fault`: nettop's own. */
  kind: 'refused' | 'limit' | 'fault';
  message: string;
  /** '' for a fault. */
  hint: string;
  /** Where in the worker. */
  stack: string;
}

export function failureOf(error: unknown): Failure {
  const { message = String(error), stack = '' } = error instanceof Error ? error : {};
  const limit = limitError(error);
  if (limit) return { kind: 'limit', message: limit.message, hint: limit.hint, stack };
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
        : new FaultError(message);
  error.stack = stack;
  return error;
}
