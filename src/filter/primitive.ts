import type { Expression, Side } from './ast.ts';
import { keyword, type Token, type Tokens, unexpected } from './lexer.ts';
import type { Look } from './shape.ts';
import { shapeOf } from './shapes.ts';
import type { Term } from './term.ts';
import type { Names } from './value.ts';
import { fieldsOf, KEYWORDS, SIDED, termOfName, termOfWord } from './vocabulary.ts';

/** What stands before a value and says how it is read. */
export interface Qualifier {
  word: string;
  side: Side;
  /** The protocol before it, as in `tcp port 80 or 443`. */
  protocol?: Expression;
}

export interface Parsed {
  expression: Expression;
  /** What a bare value after "or" is read as; null when it has to say so itself. */
  qualifier: Qualifier | null;
}

/** The term of a value that stands alone, by its looks. */
const BARE: Record<Look, string> = {
  number: 'port',
  range: 'portrange',
  address: 'host',
  name: 'process',
  quantity: 'process',
};

/** Reads one primitive. `carried` is the qualifier before an "or", as in `port 80 or 443`. */
export function parsePrimitive(tokens: Tokens, carried: Qualifier | null, names: Names): Parsed {
  const token = tokens.peek();
  const word = keyword(token);
  if (token.kind === 'string' || (token.kind === 'word' && !KEYWORDS.has(word ?? ''))) {
    return parseBare(tokens, token, carried, names);
  }
  tokens.next();
  if (word === 'src') return parseSided(tokens, 'source', word, names);
  if (word === 'dst') return parseSided(tokens, 'destination', word, names);
  const named = termOfName(word ?? '');
  if (named !== null) {
    const { term, value } = named;
    return parseQualified(
      tokens,
      { kind: 'range', fields: fieldsOf(term, 'either'), low: value, high: value },
      names,
    );
  }
  if (word === null || termOfWord(word) === null) throw unexpected(token, 'a term such as "port 443"');
  return parseTerm(tokens, word, 'either', names);
}

/** The value of a term whose word was passed, or that has none. */
function parseTerm(tokens: Tokens, word: string, side: Side, names: Names): Parsed {
  const term = termOfWord(word) as Term;
  const { expression, carries } = shapeOf(term.kind).read(term, tokens, { word, side, names });
  return { expression, qualifier: carries ? { word, side } : null };
}

/** `tcp`, or, as tcpdump and the screen write it, `tcp port 80` and `tcp 10.0.0.1:5000 ⇄ 10.0.0.2:80`. */
function parseQualified(tokens: Tokens, protocol: Expression, names: Names): Parsed {
  const next = tokens.peek();
  const word = keyword(next) ?? '';
  const isAddress = next.kind === 'word' && lookOf(next) === 'address';
  if (!isAddress && !['src', 'dst', ...SIDED].includes(word))
    return { expression: protocol, qualifier: null };
  return behind(protocol, parsePrimitive(tokens, null, names));
}

function behind(protocol: Expression, { expression, qualifier }: Parsed): Parsed {
  return {
    expression: { kind: 'and', left: protocol, right: expression },
    qualifier: qualifier && { ...qualifier, protocol },
  };
}

function parseSided(tokens: Tokens, side: Side, written: string, names: Names): Parsed {
  const word = tokens.accept(...SIDED);
  if (word !== null) return parseTerm(tokens, word, side, names);
  const implied = BARE[lookOf(tokens.peek())];
  if (SIDED.includes(implied)) return parseTerm(tokens, implied, side, names);
  const expected = `an address, ${SIDED.slice(0, -1).join(', ')} or ${SIDED.at(-1)} after ${written}`;
  throw unexpected(tokens.peek(), expected);
}

function parseBare(tokens: Tokens, token: Token, carried: Qualifier | null, names: Names): Parsed {
  const look = lookOf(token);
  const isCarried = carried !== null && looksOf(carried.word).includes(look);
  const { word, side, protocol }: Qualifier = isCarried ? carried : { word: BARE[look], side: 'either' };
  if (word === 'process') tokens.bare = token;
  const read = parseTerm(tokens, word, side, names);
  return protocol === undefined ? read : behind(protocol, read);
}

function looksOf(word: string): readonly Look[] {
  const term = termOfWord(word) as Term;
  return shapeOf(term.kind).looks(term, word);
}

function lookOf({ kind, text }: Token): Look {
  if (kind !== 'word') return 'name';
  if (/^\d+$/.test(text)) return 'number';
  if (/^\d+-\d+$/.test(text)) return 'range';
  if (/^\d+(\.\d+)?[a-zµ]+$/i.test(text)) return 'quantity';
  // A slash alone makes no address: kernel threads have names like kworker/0:1.
  return /^[\d.]+(\/|$)|^[^/]*:|^\[[^\]]*:[^\]]*\]$/.test(text) ? 'address' : 'name';
}
