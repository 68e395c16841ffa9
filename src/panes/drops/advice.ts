import advice from './advice.json' with { type: 'json' };
import counters from './counter-advice.json' with { type: 'json' };

const lines: Readonly<Record<string, string>> = { ...advice, ...counters };

/** What a drop reason, or a counter, means and what to look at, one line; null where there is nothing to say. */
export function adviceFor(reason: string | null): string | null {
  return reason !== null && Object.hasOwn(lines, reason) ? (lines[reason] ?? null) : null;
}
