import type { Expression, Primitive } from './ast.ts';
import { mirrored } from './mirror.ts';
import { shapeOf } from './shapes.ts';
import type { Subject } from './terms.ts';

/** Whether the subject matches, in Kleene's three-valued logic: null when that cannot be told. */
export function evaluate(expression: Expression, subject: Subject): boolean | null {
  switch (expression.kind) {
    case 'and': {
      const left = evaluate(expression.left, subject);
      if (left === false) return false;
      const right = evaluate(expression.right, subject);
      return left === null && right === true ? null : right;
    }
    case 'or': {
      const left = evaluate(expression.left, subject);
      if (left === true) return true;
      const right = evaluate(expression.right, subject);
      return left === null && right === false ? null : right;
    }
    case 'not': {
      const result = evaluate(expression.operand, subject);
      return result === null ? null : !result;
    }
    default:
      return evaluatePrimitive(expression, subject);
  }
}

/** Whether a connection can match in either direction of its packets; what cannot be told counts as a match. */
export function matchesEitherWay(expression: Expression, subject: Subject): boolean {
  if (evaluate(expression, subject) !== false) return true;
  const back = mirrored(expression);
  return back !== expression && evaluate(back, subject) !== false;
}

/** One of the members has to be as wanted. */
function evaluatePrimitive(primitive: Primitive, subject: Subject): boolean | null {
  const shape = shapeOf(primitive.kind);
  let result: boolean | null = false;
  for (const field of primitive.fields) {
    const value = subject[field];
    if (value === undefined) result = null;
    else if (shape.holds(primitive, value)) return true;
  }
  return result;
}
