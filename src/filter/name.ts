/** A name as one word of the grammar: in quotes where it needs them. */
export function formatName(name: string): string {
  const plain = /^[^\s()|&<>=!"→⇄]+$/u.test(name) && !/^(and|or|not)$/i.test(name);
  return plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}
