/**
 * Keys of rows begin with the place of their machine: `0/812:77`. Of those that are made of a row's key and a word
 * before it, `process:0/812:77`, too. A key without one is of all machines.
 */
const KEY = /^([a-z]+:)?(\d+)\/(.*)$/s;

export const keyAt = (place: number, key: string): string => `${place}/${key}`;

/** The key as that machine has it; null: it is another machine's. */
export function ownKey(key: string, place: number): string | null {
  const [, word = '', number, rest = ''] = KEY.exec(key) ?? [];
  if (number === undefined) return place === 0 ? key : null;
  return Number(number) === place ? word + rest : null;
}
