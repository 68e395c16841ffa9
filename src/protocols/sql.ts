import { sanitize } from '../text/text.ts';
import { rangeOf } from './bytes.ts';

export type Dialect = 'postgresql' | 'mysql';

export interface Statement {
  /** Its first word, in capital letters. */
  name: string;
  /** Its beginning, with every literal replaced by `?` and lists of them by one. */
  text: string;
}

const MAX_BYTES = 2048;
const MAX_TEXT = 160;

/** Strings that are not closed go to the end: the statement may be cut there. */
const COMMENT = String.raw`--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
const ESCAPED = String.raw`'(?:[^'\\]|''|\\[\s\S]?)*(?:'|$)`;
const NUMBER = String.raw`(?<![\w$.])(?:0x[\da-f]+|0b[01]+|\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)|\$\d+\b`;
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_$]*`;

const DOLLARS = String.raw`\$(?<tag>(?:[\p{L}_][\p{L}\p{N}_]*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)`;

/** What is a comment or a literal, and the words and names that are none. */
const TOKENS: Readonly<Record<Dialect, RegExp>> = {
  postgresql: tokens(
    COMMENT,
    String.raw`\be${ESCAPED}|(?:\b(?:u&|[bxn]))?'(?:[^']|'')*(?:'|$)|${DOLLARS}`,
    '"(?:[^"]|"")*(?:"|$)',
  ),
  mysql: tokens(
    String.raw`${COMMENT}|#[^\n]*`,
    String.raw`(?:\b[bxn])?(?:${ESCAPED}|"(?:[^"\\]|""|\\[\s\S]?)*(?:"|$))`,
    '`(?:[^`]|``)*(?:`|$)',
  ),
};

/** The statement that begins with the range, safe to print; null where no word begins it. */
export function parseSql(bytes: Uint8Array, from: number, to: number, dialect: Dialect): Statement | null {
  const end = Math.min(to, from + MAX_BYTES);
  const folded = rangeOf(bytes, from, end)
    .toString()
    .replace(TOKENS[dialect], fold)
    .replace(/\s+/g, ' ')
    .replace(/\?(?: ?, ?\?)+/g, '?')
    .replace(/\(\?\)(?: ?, ?\(\?\))+/g, '(?)')
    .trim();
  const name = /^\(* ?([a-z]+)\b/i.exec(folded)?.[1];
  if (name === undefined) return null;
  const text = sanitize(folded.length > MAX_TEXT ? `${folded.slice(0, MAX_TEXT)}…` : folded);
  return { name: name.toUpperCase(), text };
}

function fold(token: string, comment?: string, literal?: string): string {
  if (comment !== undefined) return ' ';
  return literal === undefined ? token : '?';
}

function tokens(comment: string, literal: string, name: string): RegExp {
  return new RegExp(`(${comment})|(${literal}|${NUMBER})|${name}|${WORD}`, 'giu');
}
