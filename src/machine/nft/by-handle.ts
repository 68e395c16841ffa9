import type { DroppingRule } from '../../model/dropping-rule.ts';
import type { Ruleset } from './ruleset.ts';

/** The rule of that handle in the table of that handle; null: there is none by now. */
export function ruleByHandle(
  { chains, tables }: Ruleset,
  table: number,
  handle: number,
): DroppingRule | null {
  for (const { family, table: name, name: chain, rules } of chains.values()) {
    if (tables.get(`${family} ${name}`) !== table) continue;
    const rule = rules.find((one) => one.handle === handle);
    if (rule) return { candidates: 1, family, table: name, chain, handle, text: rule.text, inferred: false };
  }
  return null;
}
