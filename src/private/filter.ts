import type { Expression, Primitive } from '../filter/ast.ts';
import type { Filter, Part } from '../filter/filter.ts';
import { formatFilter } from '../filter/format.ts';
import { prefixMask } from '../filter/words.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { hideText, type Kind } from './texts.ts';

/** Of the terms with a text, those whose texts are names of somebody. */
const KINDS: Readonly<Record<string, Kind>> = {
  sourceName: 'host',
  destinationName: 'host',
  name: 'host',
  instance: 'host',
  machine: 'host',
  serverName: 'host',
  url: 'path',
  interface: 'device',
};

/** A filter to be shown: what it asks for stays what it was. */
export function hideFilter(filter: Filter, pseudonyms: Pseudonyms): Filter {
  const { expression, parts } = filter;
  if (expression === null) return filter;
  const hidden = hideExpression(expression, pseudonyms);
  return {
    text: formatFilter(hidden),
    expression: hidden,
    parts: parts.map((part) => hidePart(part, pseudonyms)),
  };
}

function hidePart({ expression, parts }: Part, pseudonyms: Pseudonyms): Part {
  const hidden = hideExpression(expression, pseudonyms);
  return {
    expression: hidden,
    text: formatFilter(hidden),
    parts: parts.map((part) => hidePart(part, pseudonyms)),
  };
}

function hideExpression(expression: Expression, pseudonyms: Pseudonyms): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { kind, left, right } = expression;
      return { kind, left: hideExpression(left, pseudonyms), right: hideExpression(right, pseudonyms) };
    }
    case 'not':
      return { kind: 'not', operand: hideExpression(expression.operand, pseudonyms) };
    default:
      return hidePrimitive(expression, pseudonyms);
  }
}

function hidePrimitive(primitive: Primitive, pseudonyms: Pseudonyms): Primitive {
  if (primitive.kind === 'network') {
    const { address, prefix } = primitive;
    const words = pseudonyms.words(address);
    return { ...primitive, address: words.map((word, index) => (word & prefixMask(prefix, index)) >>> 0) };
  }
  if (primitive.kind !== 'text') return primitive;
  const kind = KINDS[primitive.fields[0] ?? ''] ?? 'kept';
  return { ...primitive, text: hideText(kind, primitive.text, pseudonyms) };
}
