import { BASE } from './frames.ts';
import type { Player } from './player.ts';

const COUNTS = ['lives.totals', 'trace.counts', 'trace.recursionMisses', 'trace.lostStacks'] as const;

/** An answer that counts, from the beginning of a recording on. */
export type Counted = <T>(name: string, now: T) => T;

/** What the counts of a recording are at its beginning is taken away where it is the end of a longer one. */
export function countedSince(player: Player): Counted {
  if (!player.has(BASE)) return (_, now) => now;
  const before = new Map<string, unknown>(COUNTS.map((name) => [name, player.answer(name, [])]));
  return (name, now) => since(now, before.get(name));
}

/** What was counted since: numbers less those of before, in whatever they stand. Of what was not there all is since. */
function since<T>(now: T, before: unknown): T {
  if (typeof now === 'number') return (typeof before === 'number' ? now - before : now) as T;
  if (typeof now !== 'object' || now === null || typeof before !== 'object' || before === null) return now;
  const was = before as Record<string, unknown>;
  if (Array.isArray(now)) return now.map((one, place) => since(one, was[place])) as T;
  return Object.fromEntries(Object.entries(now).map(([name, one]) => [name, since(one, was[name])])) as T;
}
