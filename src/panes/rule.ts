import type { DroppingRule } from '../model/model.ts';
import { boolean, type Field, number, string } from '../model/record.ts';
import { wrap } from '../text/text.ts';
import { LABEL_CELLS, type Field as Line } from './fields.ts';

/** `rule` of a drop. */
export const ruleFields: readonly Field<DroppingRule>[] = [
  number(
    'candidates',
    (rule) => rule.candidates,
    'how many rules of nftables, and policies of chains, may have dropped the newest packet, going by its headers; `rule` is `null` where netfilter did not drop it, where none can have, and while the ruleset is not read',
  ),
  string(
    'family',
    (rule) => rule.family,
    'of the rule, as `nft -a list ruleset` has them; of several what they have in common',
    'where they differ',
  ),
  string(
    'table',
    (rule) => rule.table,
    'of the rule, as `nft -a list ruleset` has them; of several what they have in common',
    'where they differ',
  ),
  string(
    'chain',
    (rule) => rule.chain,
    'of the rule, as `nft -a list ruleset` has them; of several what they have in common',
    'where they differ',
  ),
  number('handle', (rule) => rule.handle, 'number of the rule in its table', 'of several, and of a policy'),
  string(
    'text',
    (rule) => rule.text,
    'the rule as nft lists it, without counts; `"policy drop"` of a policy',
    'of several',
  ),
  boolean(
    'inferred',
    (rule) => rule.inferred,
    '`false`: the kernel was seen to drop it by this rule (drops, from Linux 6.4 on, where functions can be followed); its other members are then `null` while the ruleset is not read',
  ),
];

/** "inet filter input handle 7: tcp dport 22 drop", "one of 3 rules in inet filter input", "handle 7" */
export function formatRule({ candidates, family, table, chain, handle, text }: DroppingRule): string {
  const where = [family, table, chain].filter((part) => part !== null).join(' ');
  if (candidates > 1) return `one of ${candidates} rules${where === '' ? '' : ` in ${where}`}`;
  const place = [where, handle === null ? '' : `handle ${handle}`].filter(Boolean).join(' ');
  return text === null ? place : `${place}: ${text}`;
}

/** Over as many lines as that takes. */
export function ruleLines(rule: DroppingRule, width: number): Line[] {
  return wrap(formatRule(rule), width - LABEL_CELLS - 1).map((text, at) => [
    at === 0 ? (rule.inferred ? 'likely rule' : 'rule') : '',
    text,
  ]);
}
