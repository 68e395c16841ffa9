/** The user asked for something that cannot be: one line, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The machine does not let nettop see: one line and a hint how to change that, exit code 1. */
export class CaptureError extends Error {
  override name = 'CaptureError';

  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** nettop does not start for a fault of its own: one line, exit code 70. Its stack is told with --verbose. */
export class FaultError extends Error {}

/** The kernel or the machine does not let the capture start: the doctor can say why. */
export class RefusedError extends CaptureError {}

/** What is written has no place, or no reader any more. */
export class WriteError extends CaptureError {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message, code === READER_GONE ? '' : 'what was written up to now can be read');
  }
}

export const READER_GONE = 'EPIPE';

/**
 * True where the command line asks for full error detail: --verbose, --debug or -v, which may stand among other
 * letters. Known before the flags are parsed: what goes wrong in that is told with its stack too.
 */
export function areStacksWanted(argv: readonly string[]): boolean {
  return argv.some((word) => /^(--verbose|--debug|-[a-zA-Z]*v[a-zA-Z]*)$/.test(word));
}
