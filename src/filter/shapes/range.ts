import type { Expression } from '../ast.ts';
import { FilterError } from '../error.ts';
import type { Token } from '../lexer.ts';
import type { Reading, Shape } from '../shape.ts';
import type { RangeTerm } from '../term.ts';
import { type Names, numberOf, portRangeOf, quantityOf } from '../value.ts';
import { fieldsOf } from '../vocabulary.ts';
import { LARGEST_WORD } from '../words.ts';

export const COMPARISONS = ['==', '=', '!=', '<', '<=', '>', '>='];

/** Whole numbers, which may have names or units. */
export const range: Shape<'range'> = {
  looks: ({ rangeWord, units, read }, word) => {
    if (word === rangeWord) return ['range'];
    if (units) return ['quantity'];
    return read ? ['number', 'quantity', 'name'] : ['number'];
  },

  read: (term, tokens, { word, side, names }): Reading => {
    const within = (low: number, high: number): Expression => ({
      kind: 'range',
      fields: fieldsOf(term, side),
      low,
      high,
    });
    if (word === term.rangeWord) {
      const { low, high } = portRangeOf(tokens.next());
      return { expression: within(low, high), carries: true };
    }
    const operator = term.smallest === undefined ? null : tokens.accept(...COMPARISONS);
    const token = tokens.next();
    const value = valueIn(term, token, word, names);
    if (operator === null) return { expression: within(value, value), carries: true };
    const compared = within(...boundsOf(term, operator, value, token.at, word));
    // The opposite of "=": neither end has that port.
    return { expression: operator === '!=' ? { kind: 'not', operand: compared } : compared, carries: false };
  },

  format: ({ low, high }, { words, names = {}, rangeWord, smallest, largest, units }) => {
    const [word = ''] = words;
    const written = (value: number): string => (units ? inUnits(value, units) : String(value));
    if (low === high) return nameOf(low, names) ?? `${word} ${written(low)}`;
    if (high === largest) return `${word} >= ${written(low)}`;
    return rangeWord === undefined || low === smallest
      ? `${word} <= ${written(high)}`
      : `${rangeWord} ${low}-${high}`;
  },

  holds: ({ low, high }, value) => low <= (value as number) && (value as number) <= high,

  ask: ({ low, high }, word, test) => test(word, LARGEST_WORD, low, high),
};

function valueIn({ largest, names = {}, units, read }: RangeTerm, token: Token, word: string, all: Names) {
  if (read) return read(token, all);
  if (units) return quantityOf(token, word, units, largest);
  const name = token.text.toLowerCase();
  if (Object.hasOwn(names, name)) return names[name] as number;
  const alternatives = Object.keys(names);
  return numberOf(token, word, largest, alternatives.length > 0 ? `, or ${alternatives.join(', ')}` : '');
}

/** The range that `operator value` leaves. */
function boundsOf(
  { smallest = 0, largest }: RangeTerm,
  operator: string,
  value: number,
  at: number,
  word: string,
): [low: number, high: number] {
  const low = operator === '>' ? value + 1 : operator.startsWith('<') ? smallest : value;
  const high = operator === '<' ? value - 1 : operator.startsWith('>') ? largest : value;
  if (low <= high) return [low, high];
  const expected = `a ${word} from ${smallest} to ${largest}`;
  throw new FilterError(`no ${word} is ${operator} ${value}`, at, expected);
}

function nameOf(value: number, names: Readonly<Record<string, number>>): string | undefined {
  return Object.keys(names).find((name) => names[name] === value);
}

/** In the largest unit of which it is a whole number. */
function inUnits(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).filter(([, size]) => value % size === 0);
  const [unit, size] = fitting.reduce((best, one) => (one[1] > best[1] ? one : best), fitting[0] ?? ['', 1]);
  return `${value / size}${unit}`;
}
