import { type Condition, or } from '../condition.ts';
import type { Shape } from '../shape.ts';
import { fieldsOf } from '../vocabulary.ts';
import { LARGEST_WORD } from '../words.ts';

/** Numbers whose names fit a pattern. */
export const among: Shape<'among'> = {
  looks: () => ['name', 'quantity', 'number'],

  read: (term, tokens, { side, names }) => ({
    expression: { kind: 'among', fields: fieldsOf(term, side), ...term.read(tokens.next(), names) },
    carries: true,
  }),

  format: ({ written }, { words }) => `${words[0]} ${written}`,

  holds: ({ numbers }, value) => numbers.includes(value as number),

  ask: ({ numbers }, word, test) =>
    rangesOf(numbers)
      .map(({ low, high }) => test(word, LARGEST_WORD, low, high))
      .reduce<Condition>(or, false),
};

/** Numbers that follow each other are one range. */
function rangesOf(numbers: readonly number[]): { low: number; high: number }[] {
  const ranges: { low: number; high: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && number <= last.high + 1) last.high = number;
    else ranges.push({ low: number, high: number });
  }
  return ranges;
}
