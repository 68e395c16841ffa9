import { type DroppingRule, NFT_HOOKS, type NftHook, type RulePacket } from '../../model/dropping-rule.ts';
import { type Asked, holds, isAmong, leftOf, type Truth } from './match.ts';
import { type Chain, keyOf, type Rule, type Ruleset, type Statement } from './ruleset.ts';

/** What may have dropped it; without a rule the policy of the chain. */
interface Candidate {
  chain: Chain;
  rule: Rule | null;
}

/** How a chain is left for certain; null: the packet may go on. */
type Left = 'dropped' | 'accepted' | 'returned' | null;

const DROPS = ['drop', 'reject'];
const DEEPEST = 16;
const FAMILIES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ['ip', 'inet', 'bridge', 'netdev'],
  6: ['ip6', 'inet', 'bridge', 'netdev'],
};

/** Of a packet that netfilter dropped; null: no rule can have. */
export function droppingRule(ruleset: Ruleset, packet: RulePacket): DroppingRule | null {
  const candidates: Candidate[] = [];
  for (const chain of baseChains(ruleset, packet)) {
    const hook = chain.hook ?? 'input';
    const walk = new Walk({ packet, hook, ruleset, family: chain.family, table: chain.table }, candidates);
    const left = walk.through(chain, true, 0);
    if (left === 'dropped') break;
    if (left !== 'accepted' && chain.drops) candidates.push({ chain, rule: null });
  }
  return told(candidates);
}

/** What it may have come by, in that order. Without an interface it was on its way out. */
function baseChains({ chains }: Ruleset, { source, interface: device }: RulePacket): Chain[] {
  const families = FAMILIES[source.includes(':') ? 6 : 4];
  const hooks: readonly NftHook[] = device === null ? ['output'] : NFT_HOOKS;
  return [...chains.values()]
    .filter(({ hook, family }) => hook !== null && hooks.includes(hook) && families.includes(family))
    .sort((one, other) => place(one) - place(other) || one.priority - other.priority);
}

const place = ({ hook }: Chain): number => NFT_HOOKS.indexOf(hook ?? 'ingress');

class Walk {
  constructor(
    private readonly asked: Asked,
    private readonly candidates: Candidate[],
  ) {}

  /** `certain`: the packet comes there. */
  through(chain: Chain, certain: boolean, depth: number): Left {
    for (const rule of chain.rules) {
      const left = this.by(rule, chain, certain, depth);
      if (left !== null) return left;
    }
    return null;
  }

  private by(rule: Rule, chain: Chain, certain: boolean, depth: number): Left {
    let truth: Truth = certain ? true : null;
    for (const statement of rule.statements) {
      const verdict = verdictOf(statement, this.asked);
      if (verdict) return this.follow(verdict, rule, chain, truth, depth);
      const held = holds(statement, this.asked);
      if (held === false) return null;
      if (held === null) truth = null;
    }
    return null;
  }

  private follow({ kinds, sure }: Verdict, rule: Rule, chain: Chain, truth: Truth, depth: number): Left {
    const isSure = sure && truth === true;
    let left: Left = null;
    for (const { kind, target } of kinds) {
      if (DROPS.includes(kind)) {
        this.candidates.push({ chain, rule });
        left = 'dropped';
      } else if (kind === 'accept') left = 'accepted';
      else if (kind === 'return') left = 'returned';
      else if (target !== null) left = this.jump(target, kind === 'goto', isSure, depth);
      else left = null;
    }
    return isSure && kinds.length === 1 ? left : null;
  }

  private jump(target: string, isGoto: boolean, certain: boolean, depth: number): Left {
    const { ruleset, family, table } = this.asked;
    const chain = ruleset.chains.get(keyOf(family, table, target));
    const left = chain && depth < DEEPEST ? this.through(chain, certain, depth + 1) : null;
    if (isGoto) return left ?? 'returned';
    return left === 'returned' ? null : left;
  }
}

interface Verdict {
  /** One, or each that a map may give. */
  kinds: { kind: string; target: string | null }[];
  sure: boolean;
}

const VERDICTS = [...DROPS, 'accept', 'return', 'jump', 'goto'];

/** null: it is no verdict. */
function verdictOf(statement: Statement, asked: Asked): Verdict | null {
  const [kind = ''] = Object.keys(statement);
  if (VERDICTS.includes(kind)) return { kinds: [verdict(statement)], sure: true };
  return kind === 'vmap' ? mapped(statement.vmap as Mapping, asked) : null;
}

function verdict(statement: Statement): Verdict['kinds'][number] {
  const [kind = ''] = Object.keys(statement);
  const { target } = (statement[kind] ?? {}) as { target?: unknown };
  return { kind, target: typeof target === 'string' ? target : null };
}

interface Mapping {
  key: unknown;
  data: { set?: unknown } | string;
}

function mapped({ key, data }: Mapping, asked: Asked): Verdict {
  const { ruleset, family, table } = asked;
  const named = typeof data === 'string' ? ruleset.sets.get(keyOf(family, table, data.slice(1))) : data.set;
  const value = leftOf(key, asked);
  const kinds: Verdict['kinds'] = [];
  let sure = true;
  for (const [from, to] of (Array.isArray(named) ? named : []) as [unknown, Statement][]) {
    const held = value === undefined ? false : value === null ? null : isAmong(value, from, asked);
    if (held === false) continue;
    kinds.push(verdict(to));
    if (held === null) sure = false;
  }
  return { kinds, sure };
}

/** Each once, as several ways may lead to it. */
function told(candidates: readonly Candidate[]): DroppingRule | null {
  const all = [...new Map(candidates.map((one) => [nameOf(one), one])).values()];
  const [first] = all;
  if (!first) return null;
  const shared = (of: (chain: Chain) => string) =>
    all.every(({ chain }) => of(chain) === of(first.chain)) ? of(first.chain) : null;
  const family = shared((chain) => chain.family);
  const table = shared((chain) => `${chain.family} ${chain.table}`) && first.chain.table;
  const isOneChain = all.every(({ chain }) => chain === first.chain);
  const one = all.length === 1 ? first : null;
  return {
    candidates: all.length,
    family,
    table,
    chain: isOneChain ? first.chain.name : null,
    handle: one?.rule?.handle ?? null,
    text: one && (one.rule === null ? 'policy drop' : one.rule.text),
    inferred: true,
  };
}

const nameOf = ({ chain: { family, table, name }, rule }: Candidate): string =>
  `${keyOf(family, table, name)} ${rule?.handle ?? ''}`;
