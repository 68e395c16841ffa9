/** Patterns as Prometheus takes them (RE2): of the whole text. */

/** The text as it is. */
export function literalPattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** One of the texts as they are. */
export function amongPattern(texts: readonly string[]): string {
  return texts.map(literalPattern).join('|');
}

/** * any characters, ? one; in any case. */
export function globSource(glob: string): string {
  const source = [...glob].map((one) => (one === '*' ? '.*' : one === '?' ? '.' : literalPattern(one)));
  return `(?is)${source.join('')}`;
}

/** A part of the text, in any case. */
export function partPattern(part: string): string {
  return `(?is).*${literalPattern(part)}.*`;
}

/** Decimal numbers from `low` to `high`. */
export function numbersPattern(low: number, high: number): string {
  const parts: string[] = [];
  for (let digits = String(low).length; digits <= String(high).length; digits++) {
    const least = digits === 1 ? 0 : 10 ** (digits - 1);
    parts.push(...ofOneLength(String(Math.max(low, least)), String(Math.min(high, 10 ** digits - 1))));
  }
  return parts.join('|');
}

function ofOneLength(low: string, high: string): string[] {
  if (low === high) return [low];
  let same = 0;
  while (low[same] === high[same]) same++;
  const head = low.slice(0, same);
  const rest = low.length - same - 1;
  const [from, to] = [Number(low[same]), Number(high[same])];
  const isFromWhole = /^0*$/.test(low.slice(same + 1));
  const isToWhole = /^9*$/.test(high.slice(same + 1));
  const [first, last] = [isFromWhole ? from : from + 1, isToWhole ? to : to - 1];
  return [
    ...(isFromWhole ? [] : ofOneLength(low, `${head}${from}${'9'.repeat(rest)}`)),
    ...(first > last ? [] : [`${head}[${first}-${last}]${rest > 0 ? `[0-9]{${rest}}` : ''}`]),
    ...(isToWhole ? [] : ofOneLength(`${head}${to}${'0'.repeat(rest)}`, high)),
  ];
}

/** As a string of PromQL. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
