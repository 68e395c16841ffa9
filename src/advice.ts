import advice from './advice.json' with { type: 'json' };

const lines: Readonly<Record<string, string>> = advice;

/** What a drop reason means and what to look at, one line; null where there is nothing to say. */
export function adviceFor(reason: string | null): string | null {
  return reason !== null && Object.hasOwn(lines, reason) ? (lines[reason] ?? null) : null;
}
