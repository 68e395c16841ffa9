import { type Expression, KEYWORDS } from './ast.ts';
import { pairOf } from './endpoint.ts';
import { COMPARISONS, type Context, FIELDS, type FieldName, fieldOf } from './fields.ts';
import { keyword, type Token, type Tokens, unexpected } from './lexer.ts';
import { flagOf, type Names, protocolOf } from './value.ts';
import { PROTOCOLS } from './words.ts';

/** What stands before a value and says how it is read. */
export interface Qualifier {
  field: FieldName;
  side: Context['side'];
  /** The protocol before it, as in `tcp port 80 or 443`. */
  protocol?: Expression;
}

export interface Parsed {
  expression: Expression;
  /** What a bare value after "or" is read as; null when it has to say so itself. */
  qualifier: Qualifier | null;
}

/** Between the ends of a flow: from the first to the second, or both ways. */
const ARROWS: Record<'one' | 'both', readonly string[]> = { one: ['→', '->'], both: ['⇄', '<->'] };
const SIDED: readonly string[] = ['host', 'net', 'port', 'portrange'];

/** Reads one primitive. `carried` is the qualifier before an "or", as in `port 80 or 443`. */
export function parsePrimitive(tokens: Tokens, carried: Qualifier | null, names: Names): Parsed {
  const token = tokens.next();
  const word = keyword(token);
  if (token.kind === 'string' || (token.kind === 'word' && !KEYWORDS.has(word ?? ''))) {
    return bare(tokens, token, carried, names);
  }
  if (word === 'src') return parseSided(tokens, { side: 'source', names }, word);
  if (word === 'dst') return parseSided(tokens, { side: 'destination', names }, word);
  if (word === 'flags') return unqualified({ kind: 'flags', mask: parseFlags(tokens) });
  if (word === 'drop') return unqualified({ kind: 'drop' });
  const protocol = protocolIn(token, word);
  if (protocol !== null) return parseQualified(tokens, protocol, names);
  if (word !== null && Object.hasOwn(FIELDS, word)) {
    return parseField(tokens, word as FieldName, { side: 'either', names });
  }
  throw unexpected(token, 'a term such as "port 443"');
}

function protocolIn(token: Token, word: string | null): Expression | null {
  if (word === 'ip') return { kind: 'family', family: 4 };
  if (word === 'ip6') return { kind: 'family', family: 6 };
  const isNamed = word !== null && Object.hasOwn(PROTOCOLS, word);
  return isNamed ? { kind: 'protocol', protocol: protocolOf(token) } : null;
}

/** `tcp`, or, as tcpdump and the screen write it, `tcp port 80` and `tcp 10.0.0.1:5000 ⇄ 10.0.0.2:80`. */
function parseQualified(tokens: Tokens, protocol: Expression, names: Names): Parsed {
  const next = tokens.peek();
  const word = keyword(next) ?? '';
  const follows = ['src', 'dst', ...SIDED].includes(word) || (next.kind === 'word' && isAddress(next));
  if (!follows) return unqualified(protocol);
  const { expression, qualifier } = parsePrimitive(tokens, null, names);
  return {
    expression: { kind: 'and', left: protocol, right: expression },
    qualifier: qualifier && { ...qualifier, protocol },
  };
}

function isAddress(token: Token): boolean {
  return fieldOf(token, null) === 'host';
}

function parseField(tokens: Tokens, field: FieldName, context: Context): Parsed {
  const { compare } = FIELDS[field];
  const operator = compare ? tokens.accept(...COMPARISONS) : null;
  if (compare && operator !== null) return unqualified(compare(operator, tokens.next(), context));
  const token = tokens.next();
  return field === 'host' ? parseEnds(tokens, token, context) : readValue(token, field, context);
}

/** An end, or two with an arrow between them. */
function parseEnds(tokens: Tokens, token: Token, context: Context): Parsed {
  const arrow = context.side === 'either' ? tokens.accept(...ARROWS.one, ...ARROWS.both) : null;
  if (arrow === null) return readValue(token, 'host', context);
  return unqualified(pairOf(token, tokens.next(), ARROWS.both.includes(arrow), context.names));
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

function bare(tokens: Tokens, token: Token, carried: Qualifier | null, names: Names): Parsed {
  const field = fieldOf(token, carried?.field ?? null);
  const isCarried = carried?.field === field;
  if (field === 'process') tokens.bare = token;
  const context: Context = { side: isCarried ? carried.side : 'either', names };
  const read = field === 'host' ? parseEnds(tokens, token, context) : readValue(token, field, context);
  const protocol = isCarried ? carried.protocol : undefined;
  if (protocol === undefined) return read;
  return {
    expression: { kind: 'and', left: protocol, right: read.expression },
    qualifier: read.qualifier && { ...read.qualifier, protocol },
  };
}

function readValue(token: Token, field: FieldName, context: Context): Parsed {
  return { expression: FIELDS[field].read(token, context), qualifier: { field, side: context.side } };
}

function unqualified(expression: Expression): Parsed {
  return { expression, qualifier: null };
}
