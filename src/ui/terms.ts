/** The words of a filter with the depth of parentheses around each; quoted text is one word. */
function words(filter: string): { word: string; depth: number }[] {
  let depth = 0;
  return [...filter.matchAll(/"[^"]*"?|[()]|[^\s()"]+/g)].map(([word]) => {
    if (word === '(') depth++;
    const at = depth;
    if (word === ')') depth--;
    return { word, depth: at };
  });
}

/** The terms of a filter that is nothing but terms joined by `and`; null when it is something else. */
function conjunction(filter: string): string[] | null {
  const terms: string[][] = [[]];
  for (const { word, depth } of words(filter)) {
    const outside = depth === 0;
    if (outside && /^(or|\|\||&&)$/i.test(word)) return null;
    if (outside && word.toLowerCase() === 'and') terms.push([]);
    else terms.at(-1)?.push(word);
  }
  return terms.map((term) => term.join(' ').replaceAll('( ', '(').replaceAll(' )', ')'));
}

/** The filter with `host VALUE` or `port VALUE` required: in place of an earlier one, or added. */
export function withTerm(filter: string, word: 'host' | 'port', value: string): string {
  const others = filter.trim() === '' ? [] : (conjunction(filter) ?? [`(${filter.trim()})`]);
  const kept = others.filter(
    (term) => !(term.toLowerCase().startsWith(`${word} `) && term.split(' ').length === 2),
  );
  return [...kept, ...(value === '' ? [] : [`${word} ${value}`])].join(' and ');
}
