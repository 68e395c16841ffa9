import type { Expression } from './ast.ts';

/** A filter as it was written, and what it means. */
export interface Filter {
  text: string;
  /** null: there is none, everything matches. */
  expression: Expression | null;
  /** The terms that must all hold; a filter that is alternatives is one, in brackets. */
  parts: readonly Part[];
}

/** A term of a filter, as it is written. */
export interface Part {
  expression: Expression;
  text: string;
  /** Of one in brackets: the terms in it that must all hold. */
  parts: readonly Part[];
}

export const NO_FILTER: Filter = { text: '', expression: null, parts: [] };

/** The filter that is all these terms, as the parser reads its text. */
export function allOf(parts: readonly Part[]): Filter {
  if (parts.length === 0) return NO_FILTER;
  return { text: parts.map(({ text }) => text).join(' and '), expression: conjunction(parts), parts };
}

/** Of at least one term. */
export function conjunction(parts: readonly Part[]): Expression {
  return parts.map(({ expression }) => expression).reduce((left, right) => ({ kind: 'and', left, right }));
}
