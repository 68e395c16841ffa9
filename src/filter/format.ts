import type { Expression, Primitive } from './ast.ts';
import { shapeOf } from './shapes.ts';
import { termOf } from './vocabulary.ts';

/** Canonical text of a filter: every value with its qualifier, brackets only where they are needed. */
export function formatFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { kind, left, right } = expression;
      const lower = kind === 'and' && left.kind === 'or';
      // Both operators group to the left, so that the right operand of the same kind had brackets.
      const grouped = right.kind === kind || (kind === 'and' && right.kind === 'or');
      return `${inBrackets(left, lower)} ${kind} ${inBrackets(right, grouped)}`;
    }
    case 'not': {
      const { operand } = expression;
      return `not ${inBrackets(operand, operand.kind === 'and' || operand.kind === 'or')}`;
    }
    default:
      return formatPrimitive(expression);
  }
}

function inBrackets(expression: Expression, needed: boolean): string {
  return needed ? `(${formatFilter(expression)})` : formatFilter(expression);
}

function formatPrimitive(primitive: Primitive): string {
  const term = termOf(primitive);
  const text = shapeOf(primitive.kind).format(primitive, term);
  if (primitive.fields.length === term.fields.length) return text;
  return `${primitive.fields[0] === term.fields[0] ? 'src' : 'dst'} ${text}`;
}
