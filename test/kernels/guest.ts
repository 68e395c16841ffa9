/** JavaScript runs some 17 times slower in the emulated machine, so a deadline is far. */
export const LONG_MS = 180_000;

/** To the console, for whoever looks into a failure. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
