import type { Expression, Primitive } from './ast.ts';
import { evaluate } from './evaluate.ts';
import { formatFilter } from './format.ts';
import type { Subject } from './terms.ts';
import { LARGEST_PORT, REQUESTS } from './words.ts';

export type RequestName = keyof typeof REQUESTS;
type Text = Extract<Primitive, { kind: 'text' }>;

/**
 * What every request has that a filter can accept, so that the kernel need not tell of others. Each follows from one
 * term of those that must all hold; null: none says so.
 */
export interface RequestNeeds {
  /** Part of an HTTP head, in small letters. */
  text: string | null;
  /** The same, where the head has a field Host. */
  host: string | null;
  /** How the method begins, with the space behind it where it is known whole. */
  method: string | null;
  /** Of one of the ends. */
  ports: { low: number; high: number } | null;
  network: { address: readonly number[]; prefix: number } | null;
  protocols: readonly RequestName[];
  /** Servers may be known by answers of DNS alone, so that these are told in any case. */
  answers: boolean;
}

/** What a head has on the wire as the row has it; of others the row differs, or it is not known where they stand. */
const PLAIN = /^[\w./~:-]+/;
/** The kernel compares so many bytes. */
const MOST_BYTES = 8;
const MOST_OF_METHOD = 4;
/** One letter is in nearly every head. */
const LEAST_BYTES = 2;

/** What requests of these lack, whatever else they have. */
const LACKING: Readonly<Partial<Record<RequestName, Subject>>> = {
  http: { rcode: null, serverName: null },
  dns: { url: null, status: 0, serverName: null },
  tls: { url: null, status: 0, rcode: null },
  quic: { url: null, status: 0, rcode: null },
  redis: { url: null, name: null, status: 0, rcode: null, serverName: null },
  postgresql: { url: null, name: null, status: 0, rcode: null, serverName: null },
  mysql: { url: null, name: null, status: 0, rcode: null, serverName: null },
};

export function requestNeeds(expression: Expression | null): RequestNeeds {
  const terms = expression === null ? [] : conjuncts(expression);
  const first = <T>(need: (term: Expression) => T | null): T | null =>
    terms.reduce<T | null>((found, term) => found ?? need(term), null);
  return {
    text: first(textOf),
    host: first(hostOf),
    method: first(methodOf),
    ports: first(portsOf),
    network: first(networkOf),
    protocols: protocolsOf(expression),
    answers: terms.some((term) => isText(term, 'destinationName', 'sourceName')),
  };
}

/** In the words of the filter, for people. */
export function needsInWords(needs: RequestNeeds): string[] {
  const { text, host, method, ports, network, protocols } = needs;
  const all = Object.keys(REQUESTS).length;
  return [
    ...(protocols.length < all ? [`of ${protocols.join(', ') || 'no protocol'}`] : []),
    ...(method === null ? [] : [`of the method ${method.trim()}${method.endsWith(' ') ? '' : '…'}`]),
    ...(text === null ? [] : [`with ${text} in the head`]),
    ...(host === null ? [] : [`with ${host} in the head, where it has a Host`]),
    ...(network === null ? [] : [`of ${formatFilter({ kind: 'network', fields: ENDS, ...network })}`]),
    ...(ports === null ? [] : [`of ${portsInWords(ports)}`]),
  ];
}

const ENDS = ['source', 'destination'] as const;

const portsInWords = ({ low, high }: { low: number; high: number }): string =>
  low === high ? `port ${low}` : high === LARGEST_PORT ? `port >= ${low}` : `portrange ${low}-${high}`;

/** Terms that must all hold. */
function conjuncts(expression: Expression): Expression[] {
  if (expression.kind !== 'and') return [expression];
  return [...conjuncts(expression.left), ...conjuncts(expression.right)];
}

function isText(term: Expression, ...members: string[]): term is Text {
  return term.kind === 'text' && members.includes(term.fields[0] ?? '');
}

/** Host and path stand apart in a head, so that it is of one of them. */
function textOf(term: Expression): string | null {
  if (!isText(term, 'url') || term.match !== 'part') return null;
  const [plain = ''] = PLAIN.exec(term.text.toLowerCase()) ?? [];
  const slash = plain.indexOf('/');
  const path = slash < 0 ? '' : plain.slice(slash);
  const part = slash <= 0 || path.length < LEAST_BYTES ? plain.slice(0, slash > 0 ? slash : undefined) : path;
  return part.length < LEAST_BYTES ? null : part.slice(0, MOST_BYTES);
}

/** The longest part of a pattern that has no * or ?. */
function hostOf(term: Expression): string | null {
  if (!isText(term, 'sourceName', 'destinationName', 'name')) return null;
  const parts = term.text.toLowerCase().split(/[^a-z\d_.-]+/);
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest.length < LEAST_BYTES ? null : longest.slice(0, MOST_BYTES);
}

function methodOf(term: Expression): string | null {
  if (!isText(term, 'method')) return null;
  const [begin = ''] = /^[A-Z]*/.exec(term.text.toUpperCase()) ?? [];
  const whole = begin.length === term.text.length ? `${begin} ` : begin;
  return begin === '' ? null : whole.slice(0, MOST_OF_METHOD);
}

function portsOf(term: Expression): RequestNeeds['ports'] {
  if (term.kind !== 'range' || !term.fields.some((field) => field.endsWith('Port'))) return null;
  return { low: term.low, high: term.high };
}

function networkOf(term: Expression): RequestNeeds['network'] {
  return term.kind === 'network' ? { address: term.address, prefix: term.prefix } : null;
}

function protocolsOf(expression: Expression | null): RequestName[] {
  const all = Object.keys(REQUESTS) as RequestName[];
  if (expression === null) return all;
  return all.filter((name) => evaluate(expression, { ...LACKING[name], request: REQUESTS[name] }) !== false);
}
