import type { Expression } from './ast.ts';
import { FilterError } from './error.ts';
import { allOf, type Filter, type Part } from './filter.ts';
import { ANY_NAMES, readFilter } from './parser.ts';
import { termOf } from './vocabulary.ts';

/** The filter with a host or port required: in place of earlier ones, or added. Without `wanted` they are taken out. */
export function withTerm(filter: Filter, word: 'host' | 'port', wanted: Filter): Filter {
  return allOf([...without(filter.parts, word), ...wanted.parts]);
}

/** Brackets stay as they are where nothing in them goes. */
function without(parts: readonly Part[], word: 'host' | 'port'): Part[] {
  return parts.flatMap((part) => {
    if (isTerm(part.expression, word)) return [];
    const inner = without(part.parts, word);
    const isSame = inner.length === part.parts.length && inner.every((one, at) => one === part.parts[at]);
    return isSame ? [part] : inner;
  });
}

/** Why a filter that was put together is too long, or nested too deep, to be typed again; null: it is not. */
export function limitOf(text: string): string | null {
  try {
    readFilter(text, ANY_NAMES);
    return null;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return error.message;
  }
}

/** One address, network, name or port, at either end. */
function isTerm(expression: Expression, word: 'host' | 'port'): boolean {
  if (expression.kind === 'text') return word === 'host' && expression.fields.length === 2;
  if (expression.kind !== 'range' && expression.kind !== 'network') return false;
  const isEither = expression.fields.length === 2 && termOf(expression).words[0] === word;
  return isEither && (expression.kind === 'network' || expression.low === expression.high);
}
