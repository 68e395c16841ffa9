import { UsageError } from '../errors.ts';

/** A shell pattern over whole names. */
export interface Glob {
  test(name: string): boolean;
}

type Piece = '*' | { matches(character: string): boolean };

/**
 * * any characters, ? one, [a-z] and [!a-z] one of a set. Throws a UsageError for a set that runs backwards.
 * Its time is at most the product of both lengths, whatever the pattern: an expression with many stars would
 * try each way to share a name among them.
 */
export function globPattern(glob: string): Glob {
  const pieces: Piece[] = [];
  for (const [part, negated, set] of glob.matchAll(/\[(!?)([^\]]+)\]|./gsu)) {
    if (set !== undefined) pieces.push(setOf(glob, set, negated === '!'));
    else if (part === '?') pieces.push({ matches: () => true });
    else if (part !== '*') pieces.push({ matches: (character) => character === part });
    else if (pieces.at(-1) !== '*') pieces.push('*');
  }
  return { test: (name) => matches(pieces, name) };
}

function setOf(glob: string, set: string, negated: boolean): Piece {
  const source = `[${negated ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
  try {
    const pattern = new RegExp(`^${source}$`, 's');
    return { matches: (character) => pattern.test(character) };
  } catch {
    throw new UsageError(`${glob} is not a pattern: write [a-z], not [z-a]`);
  }
}

/** Only the last star is ever given more: what earlier ones took leaves the most to those behind. */
function matches(pieces: readonly Piece[], name: string): boolean {
  let piece = 0;
  let at = 0;
  let star = -1;
  let taken = 0;
  while (at < name.length) {
    const wanted = pieces[piece];
    if (wanted === '*') {
      star = piece++;
      taken = at;
    } else if (wanted?.matches(name[at] ?? '')) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pieces[piece] === '*') piece++;
  return piece === pieces.length;
}
