import { UsageError } from '../errors.ts';
import type { Expression, Primitive } from '../filter/ast.ts';
import { formatFilter } from '../filter/format.ts';
import { termOf } from '../filter/vocabulary.ts';
import { globSource, numbersPattern, partPattern, quoted } from './patterns.ts';

/** A label that is as the pattern says, or is not. */
export interface Matcher {
  label: string;
  isWanted: boolean;
  pattern: string;
}

/** All matchers of one of these have to hold: none, where nothing is left; one that is empty, where all is. */
export type Alternatives = readonly (readonly Matcher[])[];

export const EVERYTHING: Alternatives = [[]];
export const NOTHING: Alternatives = [];

/** A query stands once for each. */
const MOST = 24;

/**
 * A filter as the server is asked it, so that it chooses before it counts. Terms that rows of this kind do not tell
 * hold, as elsewhere. Throws a UsageError where it cannot be asked.
 */
export function alternativesOf(
  expression: Expression | null,
  rowsOf: string,
  hostLabel: string,
): Alternatives {
  const lower = (part: Expression, isNegated: boolean): Alternatives => {
    switch (part.kind) {
      case 'not':
        return lower(part.operand, !isNegated);
      case 'and':
      case 'or': {
        const join = (part.kind === 'or') === isNegated ? both : either;
        return join(lower(part.left, isNegated), lower(part.right, isNegated));
      }
      default:
        return literal(part, isNegated);
    }
  };
  const literal = (term: Primitive, isNegated: boolean): Alternatives => {
    if (!termOf(term).rows.includes(rowsOf)) return EVERYTHING;
    const wanted = wantedBy(term, hostLabel);
    if (wanted === null) return isNegated ? EVERYTHING : NOTHING;
    return [[{ ...wanted, isWanted: !isNegated }]];
  };
  return expression === null ? EVERYTHING : lower(expression, false);
}

/** As PromQL, such as process=~"(?is).*web.*". */
export function matcherText({ label, isWanted, pattern }: Matcher): string {
  return `${label}${isWanted ? '=~' : '!~'}${quoted(pattern)}`;
}

function either(left: Alternatives, right: Alternatives): Alternatives {
  return bounded([...left, ...right]);
}

function both(left: Alternatives, right: Alternatives): Alternatives {
  return bounded(left.flatMap((one) => right.map((other) => [...one, ...other])));
}

function bounded(all: Alternatives): Alternatives {
  if (all.some((one) => one.length === 0)) return EVERYTHING;
  if (all.length <= MOST) return all;
  throw new UsageError(`the filter has more than ${MOST} alternatives: the server is asked for each`);
}

/** null: no row is as the term wants it. */
function wantedBy(term: Primitive, hostLabel: string): Omit<Matcher, 'isWanted'> | null {
  const [field] = term.fields;
  switch (term.kind) {
    case 'text': {
      const pattern = term.match === 'part' ? partPattern(term.text) : globSource(term.text);
      return { label: field === 'instance' ? hostLabel : 'process', pattern };
    }
    case 'range': // of a listener the source is its own
      return field === 'sourcePort' ? { label: 'port', pattern: numbersPattern(term.low, term.high) } : null;
    case 'among':
      return { label: 'reason', pattern: globSource(reasonIn(term.written)) };
    default:
      throw new UsageError(`${formatFilter(term)} cannot be asked of a fleet`);
  }
}

/** Numbers of reasons differ from kernel to kernel. */
function reasonIn(written: string): string {
  if (/^\d+$/.test(written))
    throw new UsageError(
      `reason ${written}: kernels of a fleet number reasons each for itself, give its name`,
    );
  return written.replace(/^SKB_DROP_REASON_/i, '');
}
