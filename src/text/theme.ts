import type { Tone } from './span.ts';

/** SGR parameters of each tone. */
export type Theme = Readonly<Record<Tone, string>>;

/** Sixteen-colour palette without white, black and blue: it reads on light and on dark ground. */
export const colors: Theme = {
  strong: '1',
  muted: '2',
  accent: '36',
  receive: '32',
  transmit: '35',
  good: '32',
  caution: '33',
  bad: '1;31',
  inverse: '7',
};

/** For --no-color and NO_COLOR: weight alone. */
export const monochrome: Theme = {
  strong: '1',
  muted: '2',
  accent: '',
  receive: '',
  transmit: '',
  good: '',
  caution: '1',
  bad: '1;4',
  inverse: '7',
};
