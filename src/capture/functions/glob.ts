import { UsageError } from '../../errors.ts';

const SPECIAL = /[.+^${}()|[\]\\]/g;

/**
 * A shell pattern over whole names: * any characters, ? one, [a-z] and [!a-z] one of a set. Throws a
 * UsageError for a set that runs backwards.
 */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\[(!?)([^\]]+)\]|./gs, (part, negated?: string, set?: string) => {
    if (set !== undefined) return `[${negated ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(SPECIAL, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    throw new UsageError(`${glob} is not a pattern: write [a-z], not [z-a]`);
  }
}
