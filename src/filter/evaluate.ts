import type { Expression, Primitive, Side } from './ast.ts';
import { prefixMask, type Words } from './words.ts';

/**
 * A packet, connection or process that a filter is asked about. What is undefined does not apply to it;
 * what applies but is absent is 0, as in the kernel (the ports of ICMP, an unknown pid), or null.
 */
export interface Subject {
  protocol?: number | undefined;
  /** 0: it is not IP. */
  family?: 0 | 4 | 6 | undefined;
  source?: Words | undefined;
  destination?: Words | undefined;
  sourcePort?: number | undefined;
  destinationPort?: number | undefined;
  pid?: number | undefined;
  netns?: number | undefined;
  process?: string | null | undefined;
  interface?: string | undefined;
  /** IP total length, bytes. */
  length?: number | undefined;
  /** Bits of TCP_FLAGS. */
  flags?: number | undefined;
  /** Identifier of an ICMP echo. */
  icmpId?: number | undefined;
  dropped?: boolean | undefined;
  /** The kernel's number of the drop reason. */
  reason?: number | undefined;
}

/** Whether the subject matches, in Kleene's three-valued logic: null when that cannot be told. */
export function evaluate(expression: Expression, subject: Subject): boolean | null {
  switch (expression.kind) {
    case 'and':
      return and(evaluate(expression.left, subject), () => evaluate(expression.right, subject));
    case 'or':
      return or(evaluate(expression.left, subject), () => evaluate(expression.right, subject));
    case 'not': {
      const result = evaluate(expression.operand, subject);
      return result === null ? null : !result;
    }
    default:
      return evaluatePrimitive(expression, subject);
  }
}

/** What there is to tell of a connection. */
type Flow = Pick<
  Subject,
  | 'protocol'
  | 'family'
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'pid'
  | 'netns'
  | 'process'
  | 'interface'
>;

/** Whether a connection can match in either direction of its packets; what cannot be told counts as a match. */
export function matchesEitherWay(expression: Expression, subject: Flow): boolean {
  if (evaluate(expression, subject) !== false) return true;
  const { protocol, family, source, destination, sourcePort, destinationPort } = subject;
  const { pid, netns, process, interface: device } = subject;
  // field by field: there may be 100,000 sockets, each with many more
  const back: Flow = {
    protocol,
    family,
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    pid,
    netns,
    process,
    interface: device,
  };
  return evaluate(expression, back) !== false;
}

function evaluatePrimitive(primitive: Primitive, subject: Subject): boolean | null {
  switch (primitive.kind) {
    case 'protocol':
      return same(subject.protocol, primitive.protocol);
    case 'family':
      return same(subject.family, primitive.family);
    case 'host': {
      const { side, address, prefix } = primitive;
      return onSide(side, subject.source, subject.destination, (words) => isWithin(words, address, prefix));
    }
    case 'port': {
      const { side, low, high } = primitive;
      return onSide(side, subject.sourcePort, subject.destinationPort, (port) => low <= port && port <= high);
    }
    case 'number': {
      const value = subject[primitive.field];
      return value === undefined ? null : primitive.low <= value && value <= primitive.high;
    }
    case 'process':
      return contains(subject.process, primitive.name);
    case 'interface':
      return same(subject.interface, primitive.name);
    case 'flags':
      return subject.flags === undefined ? null : (subject.flags & primitive.mask) !== 0;
    case 'drop':
      return same(subject.dropped, true);
    case 'reason':
      return subject.reason === undefined ? null : primitive.numbers.includes(subject.reason);
  }
}

function and(left: boolean | null, right: () => boolean | null): boolean | null {
  if (left === false) return false;
  const other = right();
  return left === null && other === true ? null : other;
}

function or(left: boolean | null, right: () => boolean | null): boolean | null {
  if (left === true) return true;
  const other = right();
  return left === null && other === false ? null : other;
}

function same<T>(value: T | undefined, wanted: T): boolean | null {
  return value === undefined ? null : value === wanted;
}

function onSide<T>(
  side: Side,
  source: T | undefined,
  destination: T | undefined,
  matches: (value: T) => boolean,
): boolean | null {
  const one = (value: T | undefined): boolean | null => (value === undefined ? null : matches(value));
  if (side === 'source') return one(source);
  if (side === 'destination') return one(destination);
  return or(one(source), () => one(destination));
}

function contains(process: string | null | undefined, name: string): boolean | null {
  if (process === undefined) return null;
  return process?.toLowerCase().includes(name.toLowerCase()) ?? false;
}

function isWithin(words: Words, address: readonly number[], prefix: number): boolean {
  for (let index = 0; index * 32 < prefix; index += 1) {
    if ((((words[index] ?? 0) ^ (address[index] ?? 0)) & prefixMask(prefix, index)) !== 0) return false;
  }
  return true;
}
