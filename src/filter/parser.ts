import type { Expression } from './ast.ts';
import { FilterError } from './error.ts';
import { Tokens, unexpected } from './lexer.ts';
import { parsePrimitive, type Qualifier } from './primitive.ts';
import type { Names } from './value.ts';

const NO_NAMES: Names = { netns: () => null, dropReasons: () => null };

const DEEPEST = 50;

interface Parser {
  tokens: Tokens;
  names: Names;
  depth: number;
  /** Qualifier of the primitive just before an "or": a bare value after it keeps the qualifier. */
  carried: Qualifier | null;
}

/**
 * Parses a filter, such as `tcp and port 443 and not host 10.0.0.0/8`; null for blank text.
 * "not" binds tighter than "and", "and" tighter than "or". Throws FilterError and nothing else.
 * Without `names` there are none for network namespaces and drop reasons.
 */
export function parseFilter(text: string, names: Names = NO_NAMES): Expression | null {
  try {
    return parse({ tokens: new Tokens(text), names, depth: 0, carried: null });
  } catch (error) {
    if (error instanceof FilterError) error.text = text;
    throw error;
  }
}

function parse(parser: Parser): Expression | null {
  if (parser.tokens.peek().kind === 'end') return null;
  const expression = parseOr(parser);
  const rest = parser.tokens.peek();
  if (rest.kind !== 'end') throw unexpected(rest, 'and, or, or the end');
  return expression;
}

function parseOr(parser: Parser): Expression {
  let left = parseAnd(parser);
  while (parser.tokens.accept('or', '||') !== null) {
    left = { kind: 'or', left, right: parseAnd(parser) };
  }
  return left;
}

function parseAnd(parser: Parser): Expression {
  let left = parseNot(parser);
  while (parser.tokens.accept('and', '&&') !== null) {
    parser.carried = null;
    left = { kind: 'and', left, right: parseNot(parser) };
  }
  return left;
}

function parseNot(parser: Parser): Expression {
  const first = parser.tokens.peek();
  const opening = parser.tokens.accept('not', '!', '(');
  if (opening === null) {
    const { expression, qualifier } = parsePrimitive(parser.tokens, parser.carried, parser.names);
    parser.carried = qualifier;
    return expression;
  }
  if (parser.depth === DEEPEST) {
    const expected = `at most ${DEEPEST} levels of "not" and "("`;
    throw new FilterError(`expected ${expected}`, first.at, expected);
  }
  parser.depth += 1;
  const expression: Expression =
    opening === '(' ? parseGroup(parser) : { kind: 'not', operand: parseNot(parser) };
  parser.depth -= 1;
  return expression;
}

function parseGroup(parser: Parser): Expression {
  parser.carried = null;
  const expression = parseOr(parser);
  parser.carried = null;
  if (parser.tokens.accept(')') === null) throw unexpected(parser.tokens.peek(), 'and, or, or ")"');
  return expression;
}
