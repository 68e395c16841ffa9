import { isHostName } from '../text/host-name.ts';
import type { Expression, Fields, Side } from './ast.ts';
import { FilterError, quote } from './error.ts';
import type { Token } from './lexer.ts';
import { hostOf, interfaceOf, type Names } from './value.ts';
import { LARGEST_PORT } from './words.ts';

/** What the screen prints of one end: an address or network, its zone, and a port; null where there is none. */
interface Written {
  host: Token;
  zone: Token | null;
  port: Token | null;
}

const ADDRESS: Record<Side, Fields> = {
  source: ['source'],
  destination: ['destination'],
  either: ['source', 'destination'],
};
const NAME: Record<Side, Fields> = {
  source: ['sourceName'],
  destination: ['destinationName'],
  either: ['sourceName', 'destinationName'],
};
const PORT: Record<Side, Fields> = {
  source: ['sourcePort'],
  destination: ['destinationPort'],
  either: ['sourcePort', 'destinationPort'],
};
const UNSPECIFIED: readonly string[] = ['0.0.0.0', '::'];

/** One end as a term: an address, a network, or with a port as in `10.0.0.1:80` and `[fe80::1%eth0]:443`. */
export function endOf(token: Token, side: Side, names: Names): Expression {
  const written = split(token);
  const ends = side === 'either' && written.port !== null ? (['source', 'destination'] as const) : [side];
  const [first, second] = ends.map((end) => oneEnd(written, end));
  const found = first && second ? { kind: 'or' as const, left: first, right: second } : (first as Expression);
  if (written.zone === null) return found;
  return and(found, {
    kind: 'text',
    fields: ['interface'],
    match: 'whole',
    text: interfaceOf(written.zone, names),
  });
}

/** Both ends of a flow, in one direction of its packets or in both: `10.0.0.1:5000 ⇄ [::1]:443`. */
export function pairOf(from: Token, to: Token, bothWays: boolean, names: Names): Expression {
  const way = (source: Token, destination: Token): Expression =>
    and(endOf(source, 'source', names), endOf(destination, 'destination', names));
  return bothWays ? { kind: 'or', left: way(from, to), right: way(to, from) } : way(from, to);
}

function oneEnd({ host, port }: Written, side: Side): Expression {
  const address = (): Expression => {
    const name = nameIn(host);
    if (name !== null) return { kind: 'text', fields: NAME[side], match: 'pattern', text: name };
    return { kind: 'network', fields: ADDRESS[side], ...hostOf(host, 'host') };
  };
  if (port === null) return address();
  const number = portOf(port);
  const only: Expression = { kind: 'range', fields: PORT[side], low: number, high: number };
  // who is bound to all addresses prints none of them
  return UNSPECIFIED.includes(host.text) ? only : and(address(), only);
}

/** A pattern of hosts' names, with the mark that the screen may have before one; null: it is to be an address. */
function nameIn({ kind, text }: Token): string | null {
  if (kind !== 'word' && kind !== 'string') return null;
  const name = text.replace(/^~/, '').toLowerCase();
  return /[a-z]/.test(name) && isHostName(name.replace(/[*?]+/g, 'x')) ? name : null;
}

function and(left: Expression, right: Expression): Expression {
  return { kind: 'and', left, right };
}

function portOf(port: Token): number {
  const number = /^\d{1,5}$/.test(port.text) ? Number(port.text) : Number.NaN;
  if (number <= LARGEST_PORT) return number;
  throw new FilterError(
    `port ${quote(port.text)} is not a number from 0 to ${LARGEST_PORT}`,
    port.at,
    'a port',
  );
}

/** In brackets, or IPv4 with a port behind it; what is neither is an address as it stands. */
function split(token: Token): Written {
  const { text, at } = token;
  const part = (from: number, to: number): Token => ({ ...token, text: text.slice(from, to), at: at + from });
  const close = text.startsWith('[') ? text.indexOf(']') : -1;
  if (close > 0) {
    const port = text[close + 1] === ':' ? part(close + 2, text.length) : null;
    if (port === null && close + 1 < text.length)
      throw new FilterError(`${quote(text)} is no address and port`, at, 'such as [::1]:443');
    return { ...zoned(part(1, close)), port };
  }
  const colon = text.indexOf(':');
  const isOne = colon > 0 && colon === text.lastIndexOf(':');
  const one = isOne && (text.slice(0, colon).includes('.') || nameIn(part(0, colon)) !== null);
  if (!one) return { ...zoned(token), port: null };
  return { ...zoned(part(0, colon)), port: part(colon + 1, text.length) };
}

/** An address apart from the interface behind its "%". */
function zoned(host: Token): Pick<Written, 'host' | 'zone'> {
  const percent = host.text.indexOf('%');
  if (percent < 0) return { host, zone: null };
  return {
    host: { ...host, text: host.text.slice(0, percent) },
    zone: { ...host, text: host.text.slice(percent + 1), at: host.at + percent + 1 },
  };
}
