import stringWidth from 'string-width';

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * One cell each: ASCII, and what the screen is drawn with itself (ellipsis, arrows, lines, blocks, marks). What is not
 * among them costs 70 ms the first time, as the expressions for emoji are compiled.
 */
const NARROW = /^[ -~±µ·—’‹›…←-↓⇄≠␀-␡─-▟▲▴▸▼▾◆]*$/;

/**
 * What must not reach a terminal from outside: controls, surrogates without a partner, line separators,
 * what is invisible or turns the direction of writing, and skin tones and variation selectors, about whose
 * width terminals disagree.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/gu;

function replacement(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code < 0xa0) return '·';
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : '';
}

/** Makes text from outside safe to print on one line: controls become visible, the invisible goes. */
export function sanitize(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(UNSAFE, replacement);
}

/** Terminal cells that the text takes; the text is sanitised. */
export function width(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

let segmenter: Intl.Segmenter | undefined;

/** What is shown as one character, with its place in the text. Made when it is first needed, as that takes 15 ms. */
export function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

const wideTexts = new Map<string, string>();
const MAX_WIDE_TEXTS = 5000;

/** The beginning of the text in at most `cells` cells, with … where something is missing. */
function cut(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    const next = used + stringWidth(segment);
    if (next > cells - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}…`;
}

function pad(text: string, cells: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, cells - width(text)));
  return align === 'right' ? space + text : text + space;
}

/** The text in exactly `cells` terminal cells: cut with … or padded with spaces. */
export function fit(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  if (cells <= 0) return '';
  if (PRINTABLE_ASCII.test(text)) {
    if (text.length > cells) return `${text.slice(0, cells - 1)}…`;
    return align === 'right' ? text.padStart(cells) : text.padEnd(cells);
  }
  const key = `${align}${cells} ${text}`;
  const known = wideTexts.get(key);
  if (known !== undefined) return known;
  const fitted = pad(cut(text, cells), cells, align);
  if (wideTexts.size >= MAX_WIDE_TEXTS) wideTexts.clear();
  wideTexts.set(key, fitted);
  return fitted;
}

/** The text in at most so many cells, its middle replaced by … so that both ends can be read. */
export function cutMiddle(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  const tail = Math.floor((cells - 1) / 2);
  if (PRINTABLE_ASCII.test(text)) {
    if (cells < 3) return text.slice(text.length - Math.max(0, cells));
    return `${text.slice(0, cells - 1 - tail)}…${text.slice(text.length - tail)}`;
  }
  const parts = [...graphemes(text)].map(({ segment }) => segment);
  const end = taken(parts.toReversed(), tail).reverse().join('');
  return `${taken(parts, cells - 1 - width(end)).join('')}…${end}`;
}

/** As many from the beginning as fit. */
function taken(parts: readonly string[], cells: number): string[] {
  let used = 0;
  const end = parts.findIndex((part) => {
    used += width(part);
    return used > cells;
  });
  return parts.slice(0, end < 0 ? parts.length : end);
}

/** ASCII text with its beginning replaced by …: for numbers whose last digits tell them apart. */
export function cutStart(text: string, cells: number): string {
  return text.length <= cells ? text : `…${text.slice(text.length - cells + 1)}`;
}

/** ASCII text in lines of at most so many cells, broken at spaces. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= cells) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** "a, b and c". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
