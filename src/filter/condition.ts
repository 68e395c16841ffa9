import type { Expression, Primitive, Side } from './ast.ts';
import { LARGEST_WORD, PacketWord, prefixMask } from './words.ts';

/** One question to the kernel: is `low <= (key[word] & mask) <= high`? */
export interface Test {
  word: number;
  mask: number;
  low: number;
  high: number;
}

/** A filter in the kernel's terms; negations stand only at tests. */
export type Condition = boolean | Literal | Pair;
export type Literal = Test & { kind: 'test'; wanted: boolean; term: Primitive };
export interface Pair {
  kind: 'and' | 'or';
  left: Literal | Pair;
  right: Literal | Pair;
  /** Tests in it. */
  size: number;
}

/** null for a name without an interface. */
export type InterfaceIndex = (name: string) => number | null;

/**
 * The condition that accepts whatever the expression accepts. Where the kernel cannot tell (process names,
 * interfaces without an index), it accepts; `untold` has those terms.
 */
export function toCondition(
  expression: Expression,
  interfaceIndex: InterfaceIndex,
): { condition: Condition; untold: Primitive[] } {
  const untold: Primitive[] = [];
  const lower = (part: Expression, negated: boolean): Condition => {
    switch (part.kind) {
      case 'not':
        return lower(part.operand, !negated);
      case 'and':
      case 'or': {
        // De Morgan: the opposite of "and" is the "or" of opposites.
        const join = (part.kind === 'and') === negated ? or : and;
        return join(lower(part.left, negated), lower(part.right, negated));
      }
      default: {
        const condition = fromPrimitive(part, interfaceIndex);
        if (condition !== null) return negated ? opposite(condition) : condition;
        untold.push(part);
        return true;
      }
    }
  };
  return { condition: lower(expression, false), untold };
}

export function and(left: Condition, right: Condition): Condition {
  if (left === false || right === false) return false;
  if (left === true) return right;
  return right === true ? left : pair('and', left, right);
}

export function or(left: Condition, right: Condition): Condition {
  if (left === true || right === true) return true;
  if (left === false) return right;
  return right === false ? left : pair('or', left, right);
}

export function sizeOf(condition: Literal | Pair): number {
  return condition.kind === 'test' ? 1 : condition.size;
}

function pair(kind: 'and' | 'or', left: Literal | Pair, right: Literal | Pair): Pair {
  return { kind, left, right, size: sizeOf(left) + sizeOf(right) };
}

function opposite(condition: Condition): Condition {
  if (typeof condition === 'boolean') return !condition;
  if (condition.kind === 'test') return { ...condition, wanted: !condition.wanted };
  const join = condition.kind === 'and' ? or : and;
  return join(opposite(condition.left), opposite(condition.right));
}

type MakeTest = (word: number, mask: number, low: number, high: number) => Literal;

/** null for what the kernel's table cannot express. */
function fromPrimitive(term: Primitive, interfaceIndex: InterfaceIndex): Condition | null {
  const test: MakeTest = (word, mask, low, high) => ({
    kind: 'test',
    word,
    mask,
    low,
    high,
    wanted: true,
    term,
  });
  const within = (word: number, low: number, high: number): Literal => test(word, LARGEST_WORD, low, high);
  const equal = (word: number, value: number): Literal => within(word, value, value);
  switch (term.kind) {
    case 'protocol':
      return equal(PacketWord.protocol, term.protocol);
    case 'family':
      return equal(PacketWord.family, term.family);
    case 'host':
      return onSide(term.side, 'source', 'destination', (word) => hasPrefix(test, word, term));
    case 'port':
      return onSide(term.side, 'sourcePort', 'destinationPort', (word) => within(word, term.low, term.high));
    case 'number':
      return within(PacketWord[term.field], term.low, term.high);
    case 'process':
      return null;
    case 'interface': {
      const index = interfaceIndex(term.name);
      return index === null ? null : equal(PacketWord.interface, index);
    }
    case 'flags':
      return test(PacketWord.tcpFlags, term.mask, 1, LARGEST_WORD);
    case 'drop':
      return equal(PacketWord.dropped, 1);
    case 'reason': {
      const ranges = rangesOf(term.numbers).map(({ low, high }) => within(PacketWord.dropReason, low, high));
      return ranges.reduce<Condition>(or, false);
    }
  }
}

/** Numbers that follow each other are one range. */
function rangesOf(numbers: readonly number[]): { low: number; high: number }[] {
  const ranges: { low: number; high: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && number <= last.high + 1) last.high = number;
    else ranges.push({ low: number, high: number });
  }
  return ranges;
}

function onSide(
  side: Side,
  source: keyof typeof PacketWord,
  destination: keyof typeof PacketWord,
  at: (word: number) => Condition,
): Condition {
  if (side === 'source') return at(PacketWord[source]);
  if (side === 'destination') return at(PacketWord[destination]);
  return or(at(PacketWord[source]), at(PacketWord[destination]));
}

/** The last word comes first: it tells most addresses apart. */
function hasPrefix(
  test: MakeTest,
  word: number,
  { address, prefix }: { address: readonly number[]; prefix: number },
): Condition {
  return [3, 2, 1, 0].reduce<Condition>((found, index) => {
    const mask = prefixMask(prefix, index);
    const value = address[index] ?? 0;
    return mask === 0 ? found : and(found, test(word + index, mask, value, value));
  }, true);
}
