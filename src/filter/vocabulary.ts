import type { Fields, Primitive, Side } from './ast.ts';
import type { Term } from './term.ts';
import { TERMS } from './terms.ts';

const all: readonly Term[] = TERMS;
const byField = new Map(all.flatMap((term) => term.fields.map((field) => [field, term] as const)));
const byWord = new Map(all.flatMap((term) => term.words.map((word) => [word, term] as const)));

interface Named {
  term: Term;
  value: number;
}

const byName = new Map(all.flatMap((term) => namesOf(term)));

function namesOf(term: Term): (readonly [string, Named])[] {
  if (term.kind !== 'range') return [];
  return Object.entries(term.names ?? {}).map(([name, value]) => [name, { term, value }]);
}

/** Words of terms that may have src or dst before them. */
export const SIDED = all.filter(({ fields }) => fields.length === 2).flatMap(({ words }) => words);

/** Words that stand for a value by themselves, such as tcp. */
export const NAMES = [...byName.keys()];

/** Words of the grammar: unquoted, in any case, they are never the name of a process. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'src', 'dst'],
  ...byName.keys(),
  ...byWord.keys(),
]);

export function termOfWord(word: string): Term | null {
  return byWord.get(word) ?? null;
}

export function termOfName(name: string): Named | null {
  return byName.get(name) ?? null;
}

export function termOf({ fields }: Primitive): Term {
  // the parser makes nothing else
  return byField.get(fields[0] ?? '') as Term;
}

/** The members that a term asks of at one side, or at both. */
export function fieldsOf({ fields }: Pick<Term, 'fields'>, side: Side): Fields {
  const [source, destination] = fields as Fields;
  if (side === 'either' || destination === undefined) return fields as Fields;
  return [side === 'source' ? source : destination] as Fields;
}
