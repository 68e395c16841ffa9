import { formatAddress, isMapped } from '../address.ts';
import type { Expression } from '../ast.ts';
import { and, type Condition } from '../condition.ts';
import { endOf, pairOf } from '../endpoint.ts';
import type { Shape } from '../shape.ts';
import { hostOf } from '../value.ts';
import { fieldsOf } from '../vocabulary.ts';
import { prefixMask, type Words } from '../words.ts';

/** Between the ends of a flow: from the first to the second, or both ways. */
const ONE_WAY: readonly string[] = ['→', '->'];
const BOTH_WAYS: readonly string[] = ['⇄', '<->'];

/** Addresses and networks, and ends of a flow as the screen prints them. */
export const network: Shape<'network'> = {
  looks: () => ['address'],

  read: (term, tokens, { word, side, names }) => {
    const token = tokens.next();
    if (word === term.netWord) {
      const expression: Expression = {
        kind: 'network',
        fields: fieldsOf(term, side),
        ...hostOf(token, 'net'),
      };
      return { expression, carries: true };
    }
    const arrow = side === 'either' ? tokens.accept(...ONE_WAY, ...BOTH_WAYS) : null;
    if (arrow === null) return { expression: endOf(token, side, names), carries: true };
    return { expression: pairOf(token, tokens.next(), BOTH_WAYS.includes(arrow), names), carries: false };
  },

  format: ({ address, prefix }, { words }) => {
    const length = isMapped(address) ? prefix - 96 : prefix;
    return `${words[0]} ${formatAddress(address)}${prefix === 128 ? '' : `/${length}`}`;
  },

  holds: ({ address, prefix }, value) => isWithin(value as Words, address, prefix),

  /** The last word comes first: it tells most addresses apart. */
  ask: ({ address, prefix }, word, test) =>
    [3, 2, 1, 0].reduce<Condition>((found, index) => {
      const mask = prefixMask(prefix, index);
      const value = address[index] ?? 0;
      return mask === 0 ? found : and(found, test(word + index, mask, value, value));
    }, true),
};

function isWithin(words: Words, address: readonly number[], prefix: number): boolean {
  for (let index = 0; index * 32 < prefix; index += 1) {
    if ((((words[index] ?? 0) ^ (address[index] ?? 0)) & prefixMask(prefix, index)) !== 0) return false;
  }
  return true;
}
