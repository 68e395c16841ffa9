import type { Expression, Fields } from './ast.ts';
import { termOf } from './vocabulary.ts';

/** By filter: it is asked about thousands of connections. */
const known = new WeakMap<Expression, Expression>();

/** The filter with source and destination turned round, as it judges packets of the other direction. */
export function mirrored(expression: Expression): Expression {
  const before = known.get(expression);
  if (before) return before;
  const made = mirror(expression);
  known.set(expression, made);
  return made;
}

/** The expression itself where it asks for no side. */
function mirror(expression: Expression): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [mirror(expression.left), mirror(expression.right)];
      const isSame = left === expression.left && right === expression.right;
      return isSame ? expression : { ...expression, left, right };
    }
    case 'not': {
      const operand = mirror(expression.operand);
      return operand === expression.operand ? expression : { ...expression, operand };
    }
    default: {
      const { fields } = termOf(expression);
      if (fields.length === expression.fields.length) return expression;
      const other = fields.filter((field) => field !== expression.fields[0]);
      return { ...expression, fields: other as readonly string[] as Fields };
    }
  }
}
