import { unexpected } from '../lexer.ts';
import type { Shape } from '../shape.ts';
import { bitOf } from '../value.ts';
import { fieldsOf } from '../vocabulary.ts';
import { LARGEST_WORD } from '../words.ts';

/** Bits with names, of which any may be set: flags(syn|rst). */
export const bits: Shape<'bits'> = {
  looks: () => [],

  read: (term, tokens, { word, side }) => {
    if (tokens.accept('(') === null) throw unexpected(tokens.peek(), `"(" after ${word}`);
    let mask = bitOf(tokens.next(), word, term.bits);
    while (tokens.accept('|') !== null) mask |= bitOf(tokens.next(), word, term.bits);
    if (tokens.accept(')') === null) throw unexpected(tokens.peek(), '"|" or ")"');
    return { expression: { kind: 'bits', fields: fieldsOf(term, side), mask }, carries: false };
  },

  format: ({ mask }, { words, bits: named }) => {
    const set = Object.entries(named).flatMap(([name, bit]) => (mask & bit ? [name] : []));
    return `${words[0]}(${set.join('|')})`;
  },

  holds: ({ mask }, value) => ((value as number) & mask) !== 0,

  ask: ({ mask }, word, test) => test(word, mask, 1, LARGEST_WORD),
};
