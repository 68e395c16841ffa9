const ENDING = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

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
    ...Object.entries(ENDING).map(([name, number]): [string, () => void] => [name, () => end(128 + number)]),
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
