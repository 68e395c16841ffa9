import { formatAddress, isMapped } from './address.ts';
import {
  type Expression,
  LARGEST,
  NUMBER_WORDS,
  type NumberField,
  type Primitive,
  type Side,
} from './ast.ts';
import { PROTOCOLS, TCP_FLAGS } from './words.ts';

const SIDES: Record<Side, string> = { source: 'src ', destination: 'dst ', either: '' };

/** Canonical text of a filter: every value with its qualifier, brackets only where they are needed. */
export function formatFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { kind, left, right } = expression;
      const lower = kind === 'and' && left.kind === 'or';
      // Both operators group to the left, so that the right operand of the same kind had brackets.
      const grouped = right.kind === kind || (kind === 'and' && right.kind === 'or');
      return `${inBrackets(left, lower)} ${kind} ${inBrackets(right, grouped)}`;
    }
    case 'not': {
      const { operand } = expression;
      return `not ${inBrackets(operand, operand.kind === 'and' || operand.kind === 'or')}`;
    }
    default:
      return formatPrimitive(expression);
  }
}

function inBrackets(expression: Expression, needed: boolean): string {
  return needed ? `(${formatFilter(expression)})` : formatFilter(expression);
}

function formatPrimitive(primitive: Primitive): string {
  switch (primitive.kind) {
    case 'protocol':
      return nameOfProtocol(primitive.protocol) ?? `proto ${primitive.protocol}`;
    case 'family':
      return primitive.family === 4 ? 'ip' : 'ip6';
    case 'host':
      return `${SIDES[primitive.side]}host ${formatNetwork(primitive.address, primitive.prefix)}`;
    case 'port':
      return `${SIDES[primitive.side]}${formatPorts(primitive.low, primitive.high)}`;
    case 'number':
      return formatNumber(primitive.field, primitive.low, primitive.high);
    case 'process':
      return `process ${formatName(primitive.name)}`;
    case 'interface':
      return `iface ${formatName(primitive.name)}`;
    case 'flags':
      return `flags(${flagNames(primitive.mask).join('|')})`;
    case 'drop':
      return 'drop';
    case 'reason':
      return `reason ${primitive.written}`;
  }
}

function nameOfProtocol(protocol: number): string | undefined {
  return Object.entries(PROTOCOLS).find(([, number]) => number === protocol)?.[0];
}

function flagNames(mask: number): string[] {
  return Object.entries(TCP_FLAGS).flatMap(([name, bit]) => (mask & bit ? [name] : []));
}

function formatNetwork(address: readonly number[], prefix: number): string {
  const text = formatAddress(address);
  if (prefix === 128) return text;
  return `${text}/${isMapped(address) ? prefix - 96 : prefix}`;
}

function formatPorts(low: number, high: number): string {
  if (low === high) return `port ${low}`;
  if (high === LARGEST.port && low > 0) return `port >= ${low}`;
  return low === 1 ? `port <= ${high}` : `portrange ${low}-${high}`;
}

function formatNumber(field: NumberField, low: number, high: number): string {
  const word = Object.entries(NUMBER_WORDS).find(([, named]) => named === field)?.[0];
  if (low === high) return `${word} ${low}`;
  return high === LARGEST[field] ? `${word} >= ${low}` : `${word} <= ${high}`;
}

/** A name as one word of the grammar: in quotes where it needs them. */
export function formatName(name: string): string {
  const plain = /^[^\s()|&<>=!"→⇄]+$/u.test(name) && !/^(and|or|not)$/i.test(name);
  return plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}
