import { type Expression, KEYWORDS, LARGEST, type Side } from './ast.ts';
import { keyword, type Token, type Tokens, unexpected } from './lexer.ts';
import { flagOf, hostOf, nameOf, numberOf, portRangeOf, protocolOf, type Range, rangeOf } from './value.ts';
import { PROTOCOLS } from './words.ts';

type Shape = 'number' | 'range' | 'address' | 'name';

interface Field {
  shape: Shape;
  read: (token: Token, side: Side) => Expression;
}

/** Words that take one value after them. */
const FIELDS = {
  host: { shape: 'address', read: (token, side) => ({ kind: 'host', side, ...hostOf(token, 'host') }) },
  net: { shape: 'address', read: (token, side) => ({ kind: 'host', side, ...hostOf(token, 'net') }) },
  port: { shape: 'number', read: (token, side) => port(side, only(numberOf(token, 'port', LARGEST.port))) },
  portrange: { shape: 'range', read: (token, side) => port(side, portRangeOf(token)) },
  len: { shape: 'number', read: (token) => length(only(numberOf(token, 'len', LARGEST.length))) },
  proto: { shape: 'number', read: (token) => ({ kind: 'protocol', protocol: protocolOf(token) }) },
  pid: { shape: 'number', read: (token) => ({ kind: 'pid', pid: numberOf(token, 'pid', LARGEST.pid) }) },
  netns: {
    shape: 'number',
    read: (token) => ({ kind: 'netns', inode: numberOf(token, 'netns', LARGEST.netns) }),
  },
  iface: { shape: 'name', read: (token) => ({ kind: 'interface', name: nameOf(token, 'iface') }) },
  process: { shape: 'name', read: (token) => ({ kind: 'process', name: nameOf(token, 'process') }) },
  comm: { shape: 'name', read: (token) => ({ kind: 'process', name: nameOf(token, 'comm') }) },
} satisfies Record<string, Field>;

type FieldName = keyof typeof FIELDS;

/** What stands before a value and says how it is read. */
export interface Qualifier {
  field: FieldName;
  side: Side;
}

export interface Parsed {
  expression: Expression;
  /** What a bare value after "or" is read as; null when it has to say so itself. */
  qualifier: Qualifier | null;
}

const BARE: Record<Shape, FieldName> = {
  number: 'port',
  range: 'portrange',
  address: 'host',
  name: 'process',
};
const SIDED: readonly string[] = ['host', 'net', 'port', 'portrange'];
const COMPARISONS = ['==', '=', '!=', '<', '<=', '>', '>='];

/** Reads one primitive. `carried` is the qualifier before an "or", as in `port 80 or 443`. */
export function parsePrimitive(tokens: Tokens, carried: Qualifier | null): Parsed {
  const token = tokens.next();
  const word = keyword(token);
  if (token.kind === 'string' || (token.kind === 'word' && !KEYWORDS.has(word ?? ''))) {
    return bare(token, carried);
  }
  if (word === 'src') return parseSided(tokens, 'source', word);
  if (word === 'dst') return parseSided(tokens, 'destination', word);
  if (word === 'flags') return unqualified({ kind: 'flags', mask: parseFlags(tokens) });
  if (word === 'ip') return unqualified({ kind: 'family', family: 4 });
  if (word === 'ip6') return unqualified({ kind: 'family', family: 6 });
  if (word !== null && Object.hasOwn(PROTOCOLS, word)) {
    return unqualified({ kind: 'protocol', protocol: protocolOf(token) });
  }
  if (word !== null && Object.hasOwn(FIELDS, word)) return parseField(tokens, word as FieldName, 'either');
  throw unexpected(token, 'a term such as "port 443"');
}

function parseField(tokens: Tokens, field: FieldName, side: Side): Parsed {
  const operator = field === 'port' || field === 'len' ? tokens.accept(...COMPARISONS) : null;
  if (operator !== null) return unqualified(parseComparison(tokens.next(), field, side, operator));
  return { expression: FIELDS[field].read(tokens.next(), side), qualifier: { field, side } };
}

function parseSided(tokens: Tokens, side: Side, word: string): Parsed {
  const field = tokens.accept(...SIDED);
  if (field !== null) return parseField(tokens, field as FieldName, side);
  const token = tokens.next();
  const implied = BARE[shapeOf(token)];
  if (!SIDED.includes(implied))
    throw unexpected(token, `an address, host, net, port or portrange after ${word}`);
  return { expression: FIELDS[implied].read(token, side), qualifier: { field: implied, side } };
}

/** "!=" is the opposite of "=": neither end has that port. */
function parseComparison(token: Token, field: FieldName, side: Side, operator: string): Expression {
  // Port 0 stands for a packet without ports, which is not below any port.
  const limits = field === 'port' ? { low: 1, high: LARGEST.port } : { low: 0, high: LARGEST.length };
  const range = rangeOf(operator, token, field, limits);
  const compared = field === 'port' ? port(side, range) : length(range);
  return operator === '!=' ? { kind: 'not', operand: compared } : compared;
}

function parseFlags(tokens: Tokens): number {
  if (tokens.accept('(') === null) throw unexpected(tokens.peek(), '"(" after flags');
  let mask = flagOf(tokens.next());
  while (tokens.accept('|') !== null) mask |= flagOf(tokens.next());
  if (tokens.accept(')') === null) throw unexpected(tokens.peek(), '"|" or ")"');
  return mask;
}

function bare(token: Token, carried: Qualifier | null): Parsed {
  const shape = shapeOf(token);
  const keeps = carried !== null && FIELDS[carried.field].shape === shape;
  const qualifier: Qualifier = keeps ? carried : { field: BARE[shape], side: 'either' };
  return { expression: FIELDS[qualifier.field].read(token, qualifier.side), qualifier };
}

function shapeOf({ kind, text }: Token): Shape {
  if (kind !== 'word') return 'name';
  if (/^\d+$/.test(text)) return 'number';
  if (/^\d+-\d+$/.test(text)) return 'range';
  // A slash alone makes no address: kernel threads have names like kworker/0:1.
  return /^[\d.]+(\/|$)|^[^/]*:/.test(text) ? 'address' : 'name';
}

function unqualified(expression: Expression): Parsed {
  return { expression, qualifier: null };
}

function port(side: Side, range: Range): Expression {
  return { kind: 'port', side, ...range };
}

function length(range: Range): Expression {
  return { kind: 'length', ...range };
}

function only(value: number): Range {
  return { low: value, high: value };
}
