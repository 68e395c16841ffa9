/** More is no slip of the fingers. */
const MOST_EDITS = 2;
/** No choice is near to a longer word. */
const LONGEST = 32;

/**
 * The choice that a word was meant to be: within two letters left out, put in, changed or turned round, in any
 * case; null: none is that near, or it is one itself.
 */
export function nearest(word: string, choices: Iterable<string>): string | null {
  if (word.length > LONGEST) return null;
  const lower = word.toLowerCase();
  let best: string | null = null;
  let least = MOST_EDITS + 1;
  for (const choice of choices) {
    const edits = distance(lower, choice);
    // of a short word most letters must be there
    if (edits < least && edits * 2 < choice.length) [best, least] = [choice, edits];
  }
  return least === 0 ? null : best;
}

/** Optimal string alignment distance. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const now = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isTurned = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      now[column] = Math.min(
        at(above, column) + 1,
        at(now, column - 1) + 1,
        at(above, column - 1) + (isSame ? 0 : 1),
        isTurned ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, above] = [above, now];
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}
