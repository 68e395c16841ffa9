import type { Expression, NumberField, Primitive } from './ast.ts';
import { formatFilter } from './format.ts';
import { ANY_NAMES, parseFilter } from './parser.ts';

const NUMBERS_OF_PACKETS: readonly NumberField[] = ['length', 'icmpId'];
const OF_PACKETS: readonly Primitive['kind'][] = ['flags', 'drop', 'reason'];

/**
 * Terms of a filter that ask of a packet what no socket has, as text: where processes and connections are
 * shown they count as unknown, and what they alone decide is kept. An interface is one, too: a socket that is
 * bound to none may use any.
 */
export function unjudgedBySockets(text: string): readonly string[] {
  if (text === last.text) return last.terms;
  const expression = parseFilter(text, ANY_NAMES);
  last = { text, terms: expression === null ? [] : [...new Set(termsOf(expression))] };
  return last.terms;
}

/** The screen asks for each frame. */
let last: { text: string; terms: readonly string[] } = { text: '', terms: [] };

function termsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...termsOf(expression.left), ...termsOf(expression.right)];
    case 'not':
      return termsOf(expression.operand);
    default:
      return isOfPackets(expression) ? [formatFilter(expression)] : [];
  }
}

function isOfPackets(term: Primitive): boolean {
  if (term.kind === 'number') return NUMBERS_OF_PACKETS.includes(term.field);
  return term.kind === 'interface' || OF_PACKETS.includes(term.kind);
}
