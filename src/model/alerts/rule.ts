import type { Expression } from '../../filter/ast.ts';
import { type Alert, NOWHERE } from './alert.ts';
import type { AlertKind } from './kind.ts';

/** What a rule may ask of the connections that its filter lets through, with its unit. */
export const RULE_FIGURES = {
  connections: '',
  /** Connections that failed, in a second. */
  failures: '/s',
  /** Segments that were sent again: in a second, or of those that were sent. */
  retransmits: '/s',
  retransmitPercent: ' %',
  rx: ' B/s',
  tx: ' B/s',
  rate: ' B/s',
  /** Of the slowest. */
  rtt: ' ms',
} as const;

export type RuleFigure = keyof typeof RULE_FIGURES;

/** An alert of the user's own. */
export interface AlertRule {
  /** As it was typed. It is safe to print. */
  text: string;
  /** null: all connections. */
  filter: Expression | null;
  figure: RuleFigure;
  /** Else below it. */
  isAbove: boolean;
  limit: number;
  /** So many looks in a row. */
  seconds: number;
}

const CLEARS = 10;

/** The kind that a rule is; `place`: among the rules of a look. */
export function ruleKind(rule: AlertRule, place: number): AlertKind {
  const { text, figure, isAbove, limit, seconds } = rule;
  return {
    name: 'rule',
    fires: Math.max(1, Math.round(seconds)),
    clears: CLEARS,
    see({ rules }) {
      const value = rules[place] ?? null;
      if (value === null || (isAbove ? value <= limit : value >= limit)) return [];
      const rounded = Math.round(value * 100) / 100;
      return [
        {
          ...NOWHERE,
          subject: text,
          figure: isAbove ? value : -value,
          evidence: { rule: text, figure, value: rounded, limit },
          message: `${figure} ${rounded}${RULE_FIGURES[figure]}: ${text}`,
          advice: 'A rule of your own: --alert',
          command: null,
        },
      ];
    },
  };
}

/** Whether one of these rules has just begun to hold. */
export const isTrigger = (
  { kind, state, evidence }: Pick<Alert, 'kind' | 'state' | 'evidence'>,
  rules: readonly string[],
): boolean => kind === 'rule' && state === 'begin' && rules.includes(String(evidence.rule));
