import { FilterError, printable, quote } from './error.ts';

/** Where a token begins and ends is in UTF-16 units; the text of a string is what stands between its quotes, unescaped. */
export interface Token {
  kind: 'word' | 'string' | 'symbol' | 'end';
  text: string;
  at: number;
  end: number;
}

export const LONGEST_FILTER = 1000;

const FORBIDDEN = /[^\P{Cc}\t\n\r]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const TOKEN =
  /(?<space>\s+)|"(?<string>(?:[^"\\\p{Cc}]|\\["\\])*)"|(?<symbol>&&|\|\||<->|->|[<>=!]=|[()|<>=!→⇄])|(?<word>[^\s()|&<>=!"→⇄]+)/uy;

/** Splits a filter into tokens, the last of them of kind 'end'. Throws FilterError. */
export function tokenize(text: string): Token[] {
  checkCharacters(text);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw unreadable(text, at);
    const { string, symbol, word } = match.groups ?? {};
    const end = at + match[0].length;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.replace(/\\(.)/gu, '$1'), at, end });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at, end });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at, end });
    at = end;
  }
  const end = text.trimEnd().length;
  tokens.push({ kind: 'end', text: '', at: end, end });
  return tokens;
}

/** Reads tokens one by one, with a look at the next. */
export class Tokens {
  #place = 0;
  readonly #tokens: Token[];
  /** The last word that was taken for the name of a process, as nothing said what it is. */
  bare: Token | null = null;

  constructor(readonly text: string) {
    this.#tokens = tokenize(text);
  }

  peek(): Token {
    // The last token is the end, and it is never passed.
    return this.#tokens[this.#place] as Token;
  }

  /** The token before the next one; null at the beginning. */
  passed(): Token | null {
    return this.#tokens[this.#place - 1] ?? null;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#place += 1;
    return token;
  }

  /** Passes the next token when it is one of these keywords or symbols, and says which, in lower case. */
  accept(...texts: string[]): string | null {
    const found = keyword(this.peek());
    if (found === null || !texts.includes(found)) return null;
    this.next();
    return found;
  }
}

/** A word or symbol in lower case; null for quoted text and for the end. */
export function keyword(token: Token): string | null {
  return token.kind === 'word' || token.kind === 'symbol' ? token.text.toLowerCase() : null;
}

/** The error of finding this token where something else was expected. */
export function unexpected(token: Token, expected: string): FilterError {
  const found = token.kind === 'end' ? 'the end' : quote(token.text);
  return new FilterError(`expected ${expected}, not ${found}`, token.at, expected);
}

function checkCharacters(text: string): void {
  if (text.length > LONGEST_FILTER) {
    const expected = `at most ${LONGEST_FILTER} characters`;
    throw new FilterError(`expected ${expected}, not ${text.length}`, LONGEST_FILTER, expected);
  }
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden === null) return;
  const problem = `the invisible character ${printable(forbidden[0])} is not allowed`;
  throw new FilterError(problem, forbidden.index, 'a printable character');
}

function unreadable(text: string, at: number): FilterError {
  if (text[at] === '"') return new FilterError('the quoted text does not end', at, 'a closing "');
  return new FilterError(`${quote(text[at] ?? '')} means nothing here, write "&&" or "and"`, at, '&&');
}
