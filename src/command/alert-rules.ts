import { UsageError } from '../errors.ts';
import { FilterError, quote } from '../filter/error.ts';
import { readFilter } from '../filter/parser.ts';
import type { Names } from '../filter/value.ts';
import type { AlertRule, RuleFigure } from '../model/alerts/rule.ts';
import { sanitize } from '../text/text.ts';
import type { Arguments } from './arguments.ts';

const MOST_RULES = 100;
const RULE =
  /^(?:(?<filter>.+?)\s+and\s+)?(?<figure>connections|failures|retransmits|rx|tx|rate|rtt)\s*(?<sign>[<>])\s*(?<limit>\d+(?:\.\d+)?)\s*(?<unit>%|ms|s|[kMG]?B?)(?:\/s)?(?:\s+for\s+(?<time>\d+(?:\.\d+)?)(?<times>s|m|h)?)?$/u;
const EXAMPLE = `"process nginx and retransmits > 5% for 10s"`;

const SCALES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** The rules that --alert gives, or another flag. Throws a UsageError. */
export function rulesOf({ flags }: Arguments, names: Names, name = 'alert'): AlertRule[] {
  const given = flags.get(name) ?? [];
  if (given.length > MOST_RULES)
    throw new UsageError(`--${name}: at most ${MOST_RULES} rules, not ${given.length}`);
  return [...new Set(given)].map((text) => readRule(text.trim(), names, `--${name}`));
}

/** A rule: a filter, and a figure with its limit. `flag`: which gives it. Throws a UsageError. */
export function readRule(text: string, names: Names, flag = '--alert'): AlertRule {
  const parts = RULE.exec(text)?.groups;
  if (!parts) throw new UsageError(`${flag}: ${quote(text)} does not end with a figure, as ${EXAMPLE} does`);
  const { filter = '', figure = '', sign, limit, unit = '', time = '0', times = 's' } = parts;
  return {
    text: sanitize(text),
    filter: filterOf(filter, names, flag),
    figure: figureOf(figure, unit, flag),
    isAbove: sign === '>',
    limit: Number(limit) * scaleOf(figure, unit, flag),
    seconds: Number(time) * (SECONDS[times] ?? 1),
  };
}

function filterOf(text: string, names: Names, flag: string): AlertRule['filter'] {
  try {
    return readFilter(text, names).expression;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageError(`${flag}: ${error.problem}`);
  }
}

function figureOf(word: string, unit: string, flag: string): RuleFigure {
  if ((unit === '%') !== (word === 'retransmits') && unit === '%')
    throw new UsageError(`${flag}: ${word} has no percentage; retransmits has`);
  return unit === '%' ? 'retransmitPercent' : (word as RuleFigure);
}

function scaleOf(word: string, unit: string, flag: string): number {
  const isTime = unit === 'ms' || unit === 's';
  if (isTime !== (word === 'rtt') && unit !== '' && unit !== '%')
    throw new UsageError(`${flag}: ${quote(unit)} is no unit of ${word}`);
  if (unit === 's') return 1000;
  return SCALES[unit[0] ?? ''] && !isTime ? (SCALES[unit[0] ?? ''] ?? 1) : 1;
}
