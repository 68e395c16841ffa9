import { type Figure, type Figures, PART_NAMES, PARTS, type Part } from './figures.ts';
import type { Gathered } from './gathering.ts';

/** Recordings whose lengths differ by more are compared by the second. */
const AS_LONG = 0.01;

/** One thing in both recordings; null: its part was not recorded there. */
export interface Difference {
  part: Part;
  key: string;
  before: Figures | null;
  after: Figures | null;
  /** By how much more of what its part is ordered by, there is; null: that is not known. */
  change: number | null;
}

export interface Comparison {
  before: Gathered;
  after: Gathered;
  /** Sums are by the second: one recording is longer. */
  isPerSecond: boolean;
  /** By part, what changed most first. */
  differences: readonly Difference[];
}

export function compare(before: Gathered, after: Gathered): Comparison {
  const isPerSecond =
    Math.abs(before.seconds - after.seconds) > AS_LONG * Math.max(before.seconds, after.seconds);
  const sides = isPerSecond ? [perSecond(before), perSecond(after)] : [before, after];
  const [a, b] = sides as [Gathered, Gathered];
  const differences = PART_NAMES.flatMap((part) => differencesOf(part, a, b));
  return { before, after, isPerSecond, differences };
}

function differencesOf(part: Part, before: Gathered, after: Gathered): Difference[] {
  const [a, b] = [before.parts[part], after.parts[part]];
  const keys = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  const nothing = nothingOf(PARTS[part].figures);
  const found = [...keys].map((key): Difference => {
    const [was, is] = [a && (a.get(key) ?? nothing), b && (b.get(key) ?? nothing)];
    const change = was && is ? weight(part, is) - weight(part, was) : null;
    return { part, key, before: was ?? null, after: is ?? null, change };
  });
  return found.sort((one, other) => size(other) - size(one) || (one.key < other.key ? -1 : 1));
}

/** How much it changed; of what cannot be compared, how much there is. */
function size({ part, before, after, change }: Difference): number {
  return change === null ? weight(part, before ?? after ?? {}) : Math.abs(change);
}

const weight = (part: Part, figures: Figures): number =>
  PARTS[part].order.reduce((sum, name) => sum + (figures[name] ?? 0), 0);

/** Of a thing that is in the other recording alone. */
const nothingOf = (figures: readonly Figure[]): Figures =>
  Object.fromEntries(figures.map(({ name, kind }) => [name, kind === 'sum' ? 0 : null]));

function perSecond(gathered: Gathered): Gathered {
  const parts = Object.fromEntries(
    PART_NAMES.flatMap((part) => {
      const things = gathered.parts[part];
      if (!things) return [];
      const by = (figures: Figures) => divided(PARTS[part].figures, figures, gathered.seconds);
      return [[part, new Map([...things].map(([key, figures]) => [key, by(figures)]))]];
    }),
  );
  return { ...gathered, parts };
}

function divided(known: readonly Figure[], figures: Figures, seconds: number): Figures {
  return Object.fromEntries(
    known.map(({ name, kind }) => {
      const value = figures[name] ?? null;
      return [name, kind === 'sum' && value !== null ? value / seconds : value];
    }),
  );
}
