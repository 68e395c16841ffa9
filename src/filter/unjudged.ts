import type { Expression } from './ast.ts';
import { formatFilter } from './format.ts';
import { termOf } from './vocabulary.ts';

/**
 * Terms of a filter that ask for what rows such as sockets have not, as text: where those are shown they count as
 * unknown, and what they alone decide is kept.
 */
export function unjudged(expression: Expression | null, rows: string): readonly string[] {
  return expression === null ? [] : [...new Set(termsOf(expression, rows))];
}

function termsOf(expression: Expression, rows: string): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...termsOf(expression.left, rows), ...termsOf(expression.right, rows)];
    case 'not':
      return termsOf(expression.operand, rows);
    default:
      return termOf(expression).rows.includes(rows) ? [] : [formatFilter(expression)];
  }
}
