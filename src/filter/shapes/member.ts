import type { Shape } from '../shape.ts';

/** Numbers of a set that changes while the filter is in force. It is made beside the grammar, and the kernel cannot tell. */
export const member: Shape<'member'> = {
  looks: () => [],

  read: () => {
    throw new TypeError('nobody writes it');
  },

  format: () => '',

  holds: ({ members }, value) => members.has(value as number),

  ask: () => null,
};
