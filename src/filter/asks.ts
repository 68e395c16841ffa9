import type { Expression } from './ast.ts';
import type { FieldName } from './terms.ts';

/** Members that a filter asks names of hosts of. */
export const HOST_NAMES: readonly FieldName[] = ['sourceName', 'destinationName'];

/** Whether any term of the filter asks of one of these members. */
export function asksFor(expression: Expression, members: readonly FieldName[]): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return asksFor(expression.left, members) || asksFor(expression.right, members);
    case 'not':
      return asksFor(expression.operand, members);
    default:
      return expression.fields.some((field) => members.includes(field));
  }
}
