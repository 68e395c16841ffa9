import type { Shape } from '../shape.ts';
import { fieldsOf } from '../vocabulary.ts';
import { LARGEST_WORD } from '../words.ts';

/** What holds or not: drop. */
export const truth: Shape<'truth'> = {
  looks: () => [],
  read: (term, _, { side }) => ({
    expression: { kind: 'truth', fields: fieldsOf(term, side) },
    carries: false,
  }),
  format: (_, { words }) => words[0] ?? '',
  holds: (_, value) => value === true,
  ask: (_, word, test) => test(word, LARGEST_WORD, 1, 1),
};
