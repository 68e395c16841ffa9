import { type Expression, KEYWORDS } from './ast.ts';
import { FilterError, quote } from './error.ts';
import { type Token, Tokens, unexpected } from './lexer.ts';
import { nearest } from './nearest.ts';
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

/** A term of a filter that is terms joined by "and", as it is written. */
export interface Part {
  expression: Expression;
  text: string;
}

/** Names that are never wrong: what parsed once parses with them, in the same structure. */
export const ANY_NAMES: Names = { netns: () => 1, dropReasons: () => [1] };

/** The terms that must all hold; a filter that is alternatives is one, in brackets. Throws FilterError. */
export function partsOf(text: string): Part[] {
  const whole = parseFilter(text, ANY_NAMES);
  if (whole === null) return [];
  const parser: Parser = { tokens: new Tokens(text), names: ANY_NAMES, depth: 0, carried: null };
  const parts: Part[] = [];
  do {
    parser.carried = null;
    const from = parser.tokens.peek().at;
    const expression = parseNot(parser);
    parts.push({ expression, text: text.slice(from, parser.tokens.passed()?.end) });
  } while (parser.tokens.accept('and', '&&') !== null);
  const isWhole = parser.tokens.peek().kind === 'end';
  return isWhole ? parts : [{ expression: whole, text: `(${text.trim()})` }];
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

/** No pid is in it. */
const NOTHING: Expression = { kind: 'number', field: 'pid', low: 1, high: 0 };

/**
 * The same for a filter that parsed before: where it does no longer, as a network namespace that it names is
 * gone, nothing matches, and the problem says why.
 */
export function readFilter(
  text: string,
  names: Names,
): { expression: Expression | null; problem: string | null } {
  try {
    return { expression: parseFilter(text, names), problem: null };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { expression: NOTHING, problem: error.message };
  }
}

function parse(parser: Parser): Expression | null {
  if (parser.tokens.peek().kind === 'end') return null;
  const expression = parseOr(parser);
  const rest = parser.tokens.peek();
  if (rest.kind !== 'end') throw misread(parser, rest, 'and, or, or the end');
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
  if (parser.tokens.accept(')') === null) throw misread(parser, parser.tokens.peek(), 'and, or, or ")"');
  return expression;
}

/** Something stands behind a term. Where that is a bare word, which names a process, another word was meant. */
function misread({ tokens }: Parser, rest: Token, expected: string): FilterError {
  const word = tokens.passed();
  const isBare = word?.kind === 'word' && word === tokens.bare;
  const meant = isBare && rest.kind !== 'end' && rest.text !== ')' ? nearest(word.text, KEYWORDS) : null;
  if (word === null || meant === null) return unexpected(rest, expected);
  return new FilterError(`${quote(word.text)}: did you mean ${meant}?`, word.at, meant);
}
