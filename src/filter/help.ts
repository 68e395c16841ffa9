import type { Term } from './term.ts';
import { TERMS } from './terms.ts';
import { NAMES, SIDED } from './vocabulary.ts';

export interface HelpRow {
  /** How a term is written, as Markdown. */
  written: string;
  matches: string;
}

const all: readonly Term[] = TERMS;

/** The terms of a filter, one row for each way to write one. */
export function termHelp(): HelpRow[] {
  const rows = all.flatMap(({ help }) => help.map(([written, matches]) => ({ written, matches })));
  const [first, ...others] = all.filter((term) => term.kind === 'range' && term.smallest !== undefined);
  const words = others.map(({ words }) => `\`${words[0]}\``);
  const comparison = {
    written: `\`${first?.words[0]} > N\``,
    matches: `also \`>=\` \`<\` \`<=\` \`=\` \`==\` \`!=\`, and so for ${words.join(', ')}`,
  };
  const at = rows.findIndex(({ written }) => written === first?.help.at(-1)?.[0]) + 1;
  return [...rows.slice(0, at), comparison, ...rows.slice(at)];
}

/** The words of all terms in two lines: what may have a protocol or a side, and the rest. */
export function wordsOfTerms(): [string, string] {
  const named = all.filter((term) => term.kind === 'range' && term.names);
  const others = all.filter((term) => term.fields.length === 1 && !named.includes(term));
  const rest = others.map((term) => `${term.words[0]}${term.kind === 'bits' ? sample(term.bits) : ''}`);
  return [
    `${SIDED.join(' ')} (with src or dst before), ${NAMES.join(' ')} ${named.flatMap(({ words }) => words).join(' ')}`,
    `${rest.join(' ')}, and or not ( )`,
  ];
}

function sample(bits: Readonly<Record<string, number>>): string {
  return `(${Object.keys(bits).slice(1, 3).join('|')})`;
}
