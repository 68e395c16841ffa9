import stringWidth from 'string-width';
import { UsageError } from '../errors.ts';

/** Controls, bidi and other invisible characters: they must reach neither terminal nor log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const LONGEST_QUOTE = 40;
const CONTEXT_BEFORE = 40;
const CONTEXT_AFTER = 30;

/** A filter that does not parse: the message is one line and names the place. */
export class FilterError extends UsageError {
  override name = 'FilterError';
  /** The whole filter. */
  text = '';

  /**
   * @param problem what is wrong, without the place
   * @param at offset into the text, in UTF-16 units
   * @param expected what would have been right there
   */
  constructor(
    readonly problem: string,
    readonly at: number,
    readonly expected: string,
  ) {
    super(`filter: ${problem} (at column ${at + 1})`);
  }
}

/** The text with every unprintable character written as its number, as in \u{1b}. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Words of the user inside a message: printable, quoted, not too long. */
export function quote(text: string): string {
  const characters = [...text];
  const shown = characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE).join('')}…` : text;
  return `"${printable(shown)}"`;
}

/** Two lines, without the message: the text around the place, and a caret under the place. */
export function pointAt({ text, at }: FilterError): string {
  const from = Math.max(0, at - CONTEXT_BEFORE);
  const to = at + CONTEXT_AFTER;
  const before = (from > 0 ? '…' : '') + printable(text.slice(from, at));
  const after = printable(text.slice(at, to)) + (to < text.length ? '…' : '');
  return `${before}${after}\n${' '.repeat(stringWidth(before))}^`;
}
