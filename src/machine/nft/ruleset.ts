import { NFT_HOOKS, type NftHook } from '../../model/dropping-rule.ts';
import { sanitize } from '../../text/text.ts';

/** A statement of a rule, as `nft -j` has it: one member, by its kind. */
export type Statement = Readonly<Record<string, unknown>>;

export interface Rule {
  handle: number;
  statements: readonly Statement[];
  /** As nft lists it; null: not known. */
  text: string | null;
}

export interface Chain {
  family: string;
  table: string;
  name: string;
  /** Of a base chain; null: others jump to it. */
  hook: NftHook | null;
  priority: number;
  drops: boolean;
  rules: Rule[];
}

export interface Ruleset {
  /** By family, table and name. */
  chains: ReadonlyMap<string, Chain>;
  /** Elements of named sets and maps, in the same way. */
  sets: ReadonlyMap<string, readonly unknown[]>;
  /** Handles of tables, by family and name. */
  tables: ReadonlyMap<string, number>;
}

/** So long a rule is shown. */
const MOST_TEXT = 200;

export const keyOf = (family: string, table: string, name: string): string => `${family} ${table} ${name}`;

/** What `nft -j -a list ruleset` and `nft -a list ruleset` print; throws where the first is no JSON. */
export function readRuleset(json: string, listing: string): Ruleset {
  const { nftables } = JSON.parse(json) as { nftables?: unknown };
  const chains = new Map<string, Chain>();
  const sets = new Map<string, readonly unknown[]>();
  const tables = new Map<string, number>();
  const texts = ruleTexts(listing);
  for (const entry of Array.isArray(nftables) ? (nftables as Record<string, Entry>[]) : []) {
    const { table, chain, rule, set = entry.map } = entry;
    if (table) tables.set(`${table.family} ${table.name}`, table.handle);
    if (chain) chains.set(keyOf(chain.family, chain.table, chain.name), newChain(chain));
    if (set && Array.isArray(set.elem)) sets.set(keyOf(set.family, set.table, set.name), set.elem);
    if (!rule || !Array.isArray(rule.expr)) continue;
    const key = keyOf(rule.family, rule.table, rule.chain);
    const text = texts.get(`${key} ${rule.handle}`) ?? null;
    chains.get(key)?.rules.push({ handle: rule.handle, statements: rule.expr as Statement[], text });
  }
  return { chains, sets, tables };
}

interface Entry {
  family: string;
  table: string;
  name: string;
  chain: string;
  handle: number;
  hook?: string;
  prio?: number;
  policy?: string;
  expr?: unknown;
  elem?: unknown;
}

function newChain({ family, table, name, hook, prio, policy }: Entry): Chain {
  const known = NFT_HOOKS.find((one) => one === hook) ?? null;
  return { family, table, name, hook: known, priority: prio ?? 0, drops: policy === 'drop', rules: [] };
}

/** By family, table, chain and handle. A rule may take several lines: its handle is at the end. */
function ruleTexts(listing: string): Map<string, string> {
  const texts = new Map<string, string>();
  let table = '';
  let chain: string | null = null;
  let before: string[] = [];
  for (const line of listing.split('\n').map((text) => text.trim())) {
    const opened = /^(table|chain) (.+?) \{ # handle \d+$/.exec(line);
    if (opened) {
      if (opened[1] === 'table') table = opened[2] ?? '';
      chain = opened[1] === 'chain' ? (opened[2] ?? '') : null;
      before = [];
      continue;
    }
    const [, rest, handle] = /^(.*) # handle (\d+)$/.exec(line) ?? [];
    if (chain === null || line.startsWith('type ') || line === '') continue;
    before.push(rest ?? line);
    if (rest === undefined) continue;
    texts.set(`${table} ${chain} ${handle}`, tidy(before.join(' ')));
    before = [];
  }
  return texts;
}

const tidy = (text: string): string =>
  sanitize(text.replace(/counter packets \d+ bytes \d+/g, 'counter')).slice(0, MOST_TEXT);
