import type { Token } from './lexer.ts';
import type { Names } from './value.ts';
import type { PacketWord } from './words.ts';

/** How a text is compared: as it is, or in any case as a part, or as a pattern of the whole with * and ?. */
export type Match = 'whole' | 'part' | 'pattern';

type Word = keyof typeof PacketWord;

/** What all terms say of themselves. */
interface Common {
  /** What stands before a value, the canonical word first; for `truth` it is all there is. */
  words: readonly string[];
  /** The members of a row that it asks of: two are those of the source and of the destination. */
  fields: readonly [string] | readonly [string, string];
  /** Where the kernel has them, in the same order; absent: user space alone judges. */
  kernel?: readonly Word[];
  /** What the kernel has not, in the plural. */
  lacking?: string;
  /** The rows that have these members; where others are shown the term counts as unknown. */
  rows: readonly string[];
  /** Lines of the help: how it is written, and what it matches. */
  help: readonly (readonly [written: string, matches: string])[];
}

export interface RangeTerm extends Common {
  kind: 'range';
  largest: number;
  /** The least that "<" leaves, as 0 may stand for a row without such a number; absent: it has no comparison. */
  smallest?: number;
  /** Words that stand for a number by themselves, such as tcp; all of them may stand before an end. */
  names?: Readonly<Record<string, number>>;
  /** Of the words the one whose value is a range, as in 8000-8080. */
  rangeWord?: string;
  /** How many of the row's units one of these has: a value is written with one of them. */
  units?: Readonly<Record<string, number>>;
  /** Reads a value that may be a name too. */
  read?: (token: Token, names: Names) => number;
}

export interface NetworkTerm extends Common {
  kind: 'network';
  /** Of the words the one that needs the length of a prefix. */
  netWord: string;
}

export interface TextTerm extends Common {
  kind: 'text';
  match: Match;
  /** The word of another term, whose values these are where they look like names. */
  instead?: string;
  /** Reads a name that has to exist. */
  read?: (token: Token, names: Names) => string;
}

export interface BitsTerm extends Common {
  kind: 'bits';
  bits: Readonly<Record<string, number>>;
}

export interface TruthTerm extends Common {
  kind: 'truth';
}

export interface AmongTerm extends Common {
  kind: 'among';
  read: (token: Token, names: Names) => { written: string; numbers: readonly number[] };
}

/** One term of the grammar. */
export type Term = RangeTerm | NetworkTerm | TextTerm | BitsTerm | TruthTerm | AmongTerm;
