import { type Expression, KEYWORDS } from './ast.ts';
import { COMPARISONS, type Context, FIELDS, type FieldName, fieldOf } from './fields.ts';
import { keyword, type Token, type Tokens, unexpected } from './lexer.ts';
import { flagOf, type Names, protocolOf } from './value.ts';
import { PROTOCOLS } from './words.ts';

/** What stands before a value and says how it is read. */
export interface Qualifier {
  field: FieldName;
  side: Context['side'];
}

export interface Parsed {
  expression: Expression;
  /** What a bare value after "or" is read as; null when it has to say so itself. */
  qualifier: Qualifier | null;
}

const SIDED: readonly string[] = ['host', 'net', 'port', 'portrange'];

/** Reads one primitive. `carried` is the qualifier before an "or", as in `port 80 or 443`. */
export function parsePrimitive(tokens: Tokens, carried: Qualifier | null, names: Names): Parsed {
  const token = tokens.next();
  const word = keyword(token);
  if (token.kind === 'string' || (token.kind === 'word' && !KEYWORDS.has(word ?? ''))) {
    return bare(token, carried, names);
  }
  if (word === 'src') return parseSided(tokens, { side: 'source', names }, word);
  if (word === 'dst') return parseSided(tokens, { side: 'destination', names }, word);
  if (word === 'flags') return unqualified({ kind: 'flags', mask: parseFlags(tokens) });
  if (word === 'drop') return unqualified({ kind: 'drop' });
  if (word === 'ip') return unqualified({ kind: 'family', family: 4 });
  if (word === 'ip6') return unqualified({ kind: 'family', family: 6 });
  if (word !== null && Object.hasOwn(PROTOCOLS, word)) {
    return unqualified({ kind: 'protocol', protocol: protocolOf(token) });
  }
  if (word !== null && Object.hasOwn(FIELDS, word)) {
    return parseField(tokens, word as FieldName, { side: 'either', names });
  }
  throw unexpected(token, 'a term such as "port 443"');
}

function parseField(tokens: Tokens, field: FieldName, context: Context): Parsed {
  const { compare } = FIELDS[field];
  const operator = compare ? tokens.accept(...COMPARISONS) : null;
  if (compare && operator !== null) return unqualified(compare(operator, tokens.next(), context));
  return readValue(tokens.next(), field, context);
}

function parseSided(tokens: Tokens, context: Context, word: string): Parsed {
  const field = tokens.accept(...SIDED);
  if (field !== null) return parseField(tokens, field as FieldName, context);
  const token = tokens.next();
  const implied = fieldOf(token, null);
  if (!SIDED.includes(implied))
    throw unexpected(token, `an address, host, net, port or portrange after ${word}`);
  return readValue(token, implied, context);
}

function parseFlags(tokens: Tokens): number {
  if (tokens.accept('(') === null) throw unexpected(tokens.peek(), '"(" after flags');
  let mask = flagOf(tokens.next());
  while (tokens.accept('|') !== null) mask |= flagOf(tokens.next());
  if (tokens.accept(')') === null) throw unexpected(tokens.peek(), '"|" or ")"');
  return mask;
}

function bare(token: Token, carried: Qualifier | null, names: Names): Parsed {
  const field = fieldOf(token, carried?.field ?? null);
  const side = carried?.field === field ? carried.side : 'either';
  return readValue(token, field, { side, names });
}

function readValue(token: Token, field: FieldName, context: Context): Parsed {
  return { expression: FIELDS[field].read(token, context), qualifier: { field, side: context.side } };
}

function unqualified(expression: Expression): Parsed {
  return { expression, qualifier: null };
}
