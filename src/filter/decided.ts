import type { Expression } from './ast.ts';
import { evaluate } from './evaluate.ts';
import type { Subject } from './terms.ts';

/** What is left of a filter where some members are known; true or false where they decide it alone. */
export function decided(expression: Expression, known: Subject): Expression | boolean {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { kind } = expression;
      const decisive = kind === 'or';
      const left = decided(expression.left, known);
      const right = decided(expression.right, known);
      if (left === decisive || right === decisive) return decisive;
      if (typeof left === 'boolean') return right;
      return typeof right === 'boolean' ? left : { kind, left, right };
    }
    case 'not': {
      const operand = decided(expression.operand, known);
      return typeof operand === 'boolean' ? !operand : { kind: 'not', operand };
    }
    default:
      return evaluate(expression, known) ?? expression;
  }
}
