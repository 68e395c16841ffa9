/** What the emulated machine says of a test, as a line on its console. */
export interface Result {
  name: string;
  /** null: it passed. */
  error: string | null;
  /** How long it took there. */
  seconds: number;
  /** Why it did not run. */
  skip?: string;
}

/** The kernel writes on the same console: only lines that begin so are ours. */
export const MARK = '@nettop ';

/** The result that a line of the console tells; null for any other line. */
export function resultOf(line: string): Result | null {
  const at = line.indexOf(MARK);
  return at < 0 ? null : (JSON.parse(line.slice(at + MARK.length)) as Result);
}
