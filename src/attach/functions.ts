import { readFileSync } from 'node:fs';
import type { KernelBtf, KernelFunction } from '../../native/kernel-btf.ts';
import type { Symbols } from '../machine/symbols.ts';
import { type Glob, globPattern } from '../text/glob.ts';
import { DENIED } from './deny.ts';

export interface MatchedFunction extends KernelFunction {
  /** Why it cannot be attached; null: nothing is known against it. */
  refusal: string | null;
}

export interface KnownFunctions {
  /** Those that BTF gives a `struct sk_buff *`. */
  functions: readonly KernelFunction[];
  /** How often each name can be traced by the kernel's own list; null: it does not show the list. */
  traceable: ReadonlyMap<string, number> | null;
  /** How many functions have each name in the kernel as it runs; null: it hides them. */
  symbols: ReadonlyMap<string, number> | null;
}

const TRACEABLE = [
  '/sys/kernel/tracing/available_filter_functions',
  '/sys/kernel/debug/tracing/available_filter_functions',
];

/** What the running kernel says. */
export function knownFunctions(btf: KernelBtf, symbols: Symbols): KnownFunctions {
  return {
    functions: btf.skbFunctions(),
    traceable: readTraceable(),
    symbols: symbols.hidden ? null : symbols.counts(),
  };
}

/** Functions whose names match one of the globs, in the order of their names, each once. */
export function matchFunctions(globs: readonly string[], known: KnownFunctions): MatchedFunction[] {
  const { functions } = known;
  const patterns = globs.map(globPattern);
  return functions
    .filter(({ name }) => patterns.some((pattern) => pattern.test(name)))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .filter(({ name }, index, sorted) => sorted[index - 1]?.name !== name)
    .map((found) => ({ ...found, refusal: refusal(found.name, known) }));
}

/** Under one name the kernel takes whichever it finds first: its arguments may be another function's. */
const AMBIGUOUS = 'several functions have this name';

function refusal(name: string, { traceable, symbols }: KnownFunctions): string | null {
  const denied = DENIALS.find(({ pattern }) => pattern.test(name));
  if (denied) return `not safe: ${denied.because}`;
  const present = symbols ? (symbols.get(name) ?? 0) : 1;
  if (present === 0) return 'it was compiled into its callers, or under another name';
  const offered = traceable ? (traceable.get(name) ?? 0) : 1;
  if (offered === 0) return 'the kernel does not let it be traced';
  return present > 1 || offered > 1 ? AMBIGUOUS : null;
}

const DENIALS: readonly { pattern: Glob; because: string }[] = Object.entries(DENIED).flatMap(
  ([because, globs]) => globs.map((glob) => ({ pattern: globPattern(glob), because })),
);

/** Lines of "name" or "name [module]"; a kernel that is locked down refuses to show them. */
function readTraceable(): Map<string, number> | null {
  for (const path of TRACEABLE) {
    try {
      return countNames(readFileSync(path, 'latin1'));
    } catch {
      // tracefs has the first place since Linux 4.1, where it is mounted; else the second
    }
  }
  return null;
}

export function countNames(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const name = space < 0 ? line : line.slice(0, space);
    if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
