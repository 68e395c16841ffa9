import type { Expression } from './ast.ts';
import { partsOf } from './parser.ts';

/** The filter with `host VALUE` or `port VALUE` required: in place of an earlier one, or added. */
export function withTerm(filter: string, word: 'host' | 'port', value: string): string {
  const kept = partsOf(filter).filter(({ expression }) => !isTerm(expression, word));
  return [...kept.map(({ text }) => text), ...(value === '' ? [] : [`${word} ${value}`])].join(' and ');
}

/** One address, network or port, at either end. */
function isTerm(expression: Expression, word: 'host' | 'port'): boolean {
  if (expression.kind !== word || expression.side !== 'either') return false;
  return expression.kind === 'host' || expression.low === expression.high;
}
