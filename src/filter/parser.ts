import type { Expression } from './ast.ts';
import { FilterError, quote } from './error.ts';
import { conjunction, type Filter, NO_FILTER, type Part } from './filter.ts';
import { type Token, Tokens, unexpected } from './lexer.ts';
import { nearest } from './nearest.ts';
import { parsePrimitive, type Qualifier } from './primitive.ts';
import type { Names } from './value.ts';
import { KEYWORDS } from './vocabulary.ts';

const NO_NAMES: Names = { netns: () => null, dropReasons: () => null };

const DEEPEST = 50;

interface Parser {
  tokens: Tokens;
  names: Names;
  depth: number;
  /** Qualifier of the primitive just before an "or": a bare value after it keeps the qualifier. */
  carried: Qualifier | null;
}

/** Names that are never wrong: what parsed once parses with them, in the same structure. */
export const ANY_NAMES: Names = { netns: () => 1, dropReasons: () => [1] };

/**
 * Reads a filter, such as `tcp and port 443 and not host 10.0.0.0/8`.
 * "not" binds tighter than "and", "and" tighter than "or". Throws FilterError and nothing else.
 * Without `names` there are none for network namespaces and drop reasons.
 */
export function readFilter(text: string, names: Names = NO_NAMES): Filter {
  try {
    return parse(text, { tokens: new Tokens(text), names, depth: 0, carried: null });
  } catch (error) {
    if (error instanceof FilterError) error.text = text;
    throw error;
  }
}

/** What a filter means; null for blank text. Throws FilterError and nothing else. */
export function parseFilter(text: string, names: Names = NO_NAMES): Expression | null {
  return readFilter(text, names).expression;
}

function parse(text: string, parser: Parser): Filter {
  if (parser.tokens.peek().kind === 'end') return NO_FILTER;
  const { expression, parts } = parseOr(parser);
  const rest = parser.tokens.peek();
  if (rest.kind !== 'end') throw misread(parser, rest, 'and, or, or the end');
  const written = text.trim();
  return { text: written, expression, parts: parts ?? [{ expression, text: `(${written})`, parts: [] }] };
}

/** An expression with its terms that must all hold; null: it is alternatives. */
interface Read {
  expression: Expression;
  parts: readonly Part[] | null;
}

function parseOr(parser: Parser): Read {
  let read: Read = parseAnd(parser);
  while (parser.tokens.accept('or', '||') !== null) {
    const { expression: right } = parseAnd(parser);
    read = { expression: { kind: 'or', left: read.expression, right }, parts: null };
  }
  return read;
}

function parseAnd(parser: Parser): Read {
  const parts = [parsePart(parser)];
  while (parser.tokens.accept('and', '&&') !== null) {
    parser.carried = null;
    parts.push(parsePart(parser));
  }
  return { expression: conjunction(parts), parts };
}

function parsePart(parser: Parser): Part {
  const { tokens } = parser;
  const from = tokens.peek().at;
  const { expression, parts } = parseNot(parser);
  return { expression, text: tokens.text.slice(from, tokens.passed()?.end), parts: parts ?? [] };
}

function parseNot(parser: Parser): Read {
  const first = parser.tokens.peek();
  const opening = parser.tokens.accept('not', '!', '(');
  if (opening === null) {
    const { expression, qualifier } = parsePrimitive(parser.tokens, parser.carried, parser.names);
    parser.carried = qualifier;
    return { expression, parts: null };
  }
  if (parser.depth === DEEPEST) {
    const expected = `at most ${DEEPEST} levels of "not" and "("`;
    throw new FilterError(`expected ${expected}`, first.at, expected);
  }
  parser.depth += 1;
  const read: Read =
    opening === '('
      ? parseGroup(parser)
      : { expression: { kind: 'not', operand: parseNot(parser).expression }, parts: null };
  parser.depth -= 1;
  return read;
}

function parseGroup(parser: Parser): Read {
  parser.carried = null;
  const read = parseOr(parser);
  parser.carried = null;
  if (parser.tokens.accept(')') === null) throw misread(parser, parser.tokens.peek(), 'and, or, or ")"');
  return read;
}

/** Something stands behind a term. Where that is a bare word, which names a process, another word was meant. */
function misread({ tokens }: Parser, rest: Token, expected: string): FilterError {
  const word = tokens.passed();
  const isBare = word?.kind === 'word' && word === tokens.bare;
  const meant = isBare && rest.kind !== 'end' && rest.text !== ')' ? nearest(word.text, KEYWORDS) : null;
  if (word === null || meant === null) return unexpected(rest, expected);
  return new FilterError(`${quote(word.text)}: did you mean ${meant}?`, word.at, meant);
}
