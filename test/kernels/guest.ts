/** To the console, for whoever looks into a failure. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
