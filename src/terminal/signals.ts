import { constants } from 'node:os';

/**
 * All that end a process unless it watches, but for those of its own faults, of profilers (SIGPROF) and of
 * broken pipes, which Node.js ignores.
 */
const ENDING = [
  ...(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGALRM', 'SIGVTALRM'] as const),
  ...(['SIGXCPU', 'SIGXFSZ', 'SIGIO', 'SIGPWR', 'SIGSTKFLT', 'SIGTRAP'] as const),
];

/** 128 + SIGHUP. */
export const HANGUP = 129;

export interface SignalActions {
  /** With the exit code that shells expect after the signal. */
  end(exitCode: number): void;
  fail(error: Error): void;
  suspend(): void;
  resume(): void;
  /** The process ends without having been asked. */
  exit(): void;
}

const asError = (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause)));

/** Watches for everything that ends or stops the process; the result stops watching. */
export function watchSignals({ end, fail, suspend, resume, exit }: SignalActions): () => void {
  const failed = (cause: unknown) => fail(asError(cause));
  const listeners: [string, (cause: unknown) => void][] = [
    ...ENDING.map((name): [string, () => void] => [name, () => end(128 + constants.signals[name])]),
    ['uncaughtException', failed],
    ['unhandledRejection', failed],
    ['SIGTSTP', suspend],
    ['SIGCONT', resume],
    ['exit', exit],
  ];
  for (const [name, listener] of listeners) process.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}
