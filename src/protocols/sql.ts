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
const LINE = String.raw`--[^\n]*`;
const COMMENT = String.raw`${LINE}|\/\*[\s\S]*?(?:\*\/|$)`;
/** One within another, as PostgreSQL has them; what is deeper goes to the end. */
const NESTED = nested(nested(nested(String.raw`\/\*[\s\S]*$`)));
/**
 * By the server's settings a quote behind a backslash ends the string, or does not: what follows it is not told. Other
 * bytes behind one, a second one too, do no harm.
 */
const PLAIN = String.raw`'(?:[^'\\]|''|\\[^'])*(?:\\'[\s\S]*|'|\\?$)`;
const ESCAPED = String.raw`'(?:[^'\\]|''|\\[\s\S]?)*(?:'|$)`;
const NUMBER = String.raw`(?<![\w$.])(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)|\$\d+\b`;
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_$]*`;

const DOLLARS = String.raw`\$(?<tag>(?:[\p{L}_][\p{L}\p{N}_]*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)`;

/** What is a comment or a literal, and the words and names that are none. */
const TOKENS: Readonly<Record<Dialect, RegExp>> = {
  postgresql: tokens(
    `${LINE}|${NESTED}`,
    String.raw`\be${ESCAPED}|(?:\b(?:u&|[bxn]))?${PLAIN}|${DOLLARS}`,
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

function nested(deeper: string): string {
  return String.raw`\/\*(?:[^*/]|\*(?!\/)|${deeper}|\/(?!\*))*(?:\*\/|$)`;
}

function fold(token: string, comment?: string, literal?: string): string {
  if (comment !== undefined) return ' ';
  return literal === undefined ? token : '?';
}

function tokens(comment: string, literal: string, name: string): RegExp {
  return new RegExp(`(${comment})|(${literal}|${NUMBER})|${name}|${WORD}`, 'giu');
}
