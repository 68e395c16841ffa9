import type { Primitive } from './ast.ts';

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

/** A test of a word of the packet. */
export type MakeTest = (word: number, mask: number, low: number, high: number) => Literal;

/** null for a name without an interface. */
export type InterfaceIndex = (name: string) => number | null;

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

export function opposite(condition: Condition): Condition {
  if (typeof condition === 'boolean') return !condition;
  if (condition.kind === 'test') return { ...condition, wanted: !condition.wanted };
  const join = condition.kind === 'and' ? or : and;
  return join(opposite(condition.left), opposite(condition.right));
}
