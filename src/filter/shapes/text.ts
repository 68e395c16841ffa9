import { type Glob, globPattern } from '../../text/glob.ts';
import type { Primitive } from '../ast.ts';
import { FilterError, quote } from '../error.ts';
import { formatName } from '../name.ts';
import type { Shape } from '../shape.ts';
import { nameOf } from '../value.ts';
import { fieldsOf } from '../vocabulary.ts';
import { LARGEST_WORD } from '../words.ts';

type Text = Extract<Primitive, { kind: 'text' }>;

/** Names and other texts. */
export const text: Shape<'text'> = {
  looks: () => ['name', 'quantity'],

  read: (term, tokens, { word, side, names }) => {
    const token = tokens.next();
    const written = term.read ? term.read(token, names) : nameOf(token, word);
    if (term.match === 'pattern' && /[[\]]/.test(written)) {
      const expected = `a ${word} such as *.example.com`;
      throw new FilterError(`${word} ${quote(written)} is not ${expected}`, token.at, expected);
    }
    return {
      expression: { kind: 'text', fields: fieldsOf(term, side), match: term.match, text: written },
      carries: true,
    };
  },

  format: (primitive, { words, instead }) => `${instead ?? words[0]} ${formatName(primitive.text)}`,

  holds: (primitive, value) => typeof value === 'string' && isLike(primitive, value),

  /** Of texts the kernel has the interfaces' alone, as numbers. */
  ask: (primitive, word, test, interfaceIndex) => {
    const index = interfaceIndex(primitive.text);
    return index === null ? null : test(word, LARGEST_WORD, index, index);
  },
};

function isLike(primitive: Text, value: string): boolean {
  switch (primitive.match) {
    case 'whole':
      return value === primitive.text;
    case 'part':
      return value.toLowerCase().includes(primitive.text.toLowerCase());
    case 'pattern':
      return patternOf(primitive).test(value.toLowerCase());
  }
}

/** A filter is asked about thousands of rows. */
const patterns = new WeakMap<Text, Glob>();

function patternOf(primitive: Text): Glob {
  const known = patterns.get(primitive);
  if (known) return known;
  const made = globPattern(primitive.text.toLowerCase());
  patterns.set(primitive, made);
  return made;
}
