import type { Expression, Primitive } from './ast.ts';
import { and, type Condition, type InterfaceIndex, type MakeTest, opposite, or } from './condition.ts';
import { shapeOf } from './shapes.ts';
import { termOf } from './vocabulary.ts';
import { PacketWord } from './words.ts';

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
        const condition = ask(part, interfaceIndex);
        if (condition !== null) return negated ? opposite(condition) : condition;
        untold.push(part);
        return true;
      }
    }
  };
  return { condition: lower(expression, false), untold };
}

/** null for what the kernel's table cannot express. */
function ask(primitive: Primitive, interfaceIndex: InterfaceIndex): Condition | null {
  const { fields, kernel } = termOf(primitive);
  if (kernel === undefined) return null;
  const test: MakeTest = (word, mask, low, high) => ({
    kind: 'test',
    word,
    mask,
    low,
    high,
    wanted: true,
    term: primitive,
  });
  let asked: Condition = false;
  for (const field of primitive.fields) {
    const word = PacketWord[kernel[fields.indexOf(field)] as keyof typeof PacketWord];
    const condition = shapeOf(primitive.kind).ask(primitive, word, test, interfaceIndex);
    if (condition === null) return null;
    asked = or(asked, condition);
  }
  return asked;
}
