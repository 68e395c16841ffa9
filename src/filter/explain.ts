import type { Expression, Primitive } from './ast.ts';
import { MOST_STEPS, planFilter, type Step, toTable } from './compile.ts';
import type { Condition, InterfaceIndex, Literal, Pair } from './condition.ts';
import { formatFilter } from './format.ts';
import { needsInWords, requestNeeds } from './needs.ts';
import { unjudged } from './unjudged.ts';
import { termOf } from './vocabulary.ts';

/** Which part of a filter runs where. */
export interface Explanation {
  /** Nothing is left to user space. */
  exact: boolean;
  /** What the kernel accepts, as a filter; a constant where it accepts or rejects everything. */
  kernel: string | boolean;
  /** The owner of the socket is looked up for each packet. */
  needsOwner: boolean;
  /** The kernel's table; each step with the term that it is a test of. */
  steps: (Step & { term: string })[];
  /** Terms that user space looks at, and why. */
  userSpace: { term: string; why: string }[];
  /** What the kernel tells of requests alone, in words; null: the filter asks for nothing of theirs. */
  requests: string[] | null;
}

/** Compiles a filter as the trace does, and says what became of each of its terms. */
export function explainFilter(expression: Expression | null, interfaceIndex: InterfaceIndex): Explanation {
  if (expression === null) {
    return { exact: true, kernel: true, needsOwner: false, steps: [], userSpace: [], requests: null };
  }
  const plan = planFilter(expression, interfaceIndex);
  const wanted = countByTerm(plan.condition);
  const kept = countByTerm(plan.fitting);
  const lost = [...wanted].flatMap(([term, count]) => {
    const left = count - (kept.get(term) ?? 0);
    return left > 0 ? { term, why: `${left} of its ${count} tests have no room among ${MOST_STEPS}` } : [];
  });
  const shared = [...kept.keys()].filter((term) => termOf(term).kernel?.includes('interface'));
  const { steps, needsOwner } = toTable(plan);
  const tests = literalsOf(plan.fitting);
  const userSpace = [
    ...plan.untold.map((term) => ({ term, why: whyUntold(term) })),
    ...lost,
    ...shared.map((term) => ({ term, why: 'other network namespaces have interfaces of that number too' })),
  ];
  return {
    exact: userSpace.length === 0,
    kernel: typeof plan.fitting === 'boolean' ? plan.fitting : formatCondition(plan.fitting, wanted),
    needsOwner,
    steps: steps.map((step, index) => ({ ...step, term: termText(tests[index]) })),
    userSpace: userSpace.map(({ term, why }) => ({ term: formatFilter(term), why })),
    requests: asksForRequests(expression) ? needsInWords(requestNeeds(expression)) : null,
  };
}

/** Whether a term is of requests alone, or of names. */
function asksForRequests(expression: Expression): boolean {
  return unjudged(expression, 'packets').length > 0;
}

function whyUntold(primitive: Primitive): string {
  const { kernel, lacking, words } = termOf(primitive);
  // of what it has, an interface's number alone may be unknown
  if (kernel) return 'there is no interface of that name here';
  return `the kernel’s filter knows no ${lacking ?? words[0]}`;
}

/** Tests in the order of the steps. */
function literalsOf(condition: Condition): Literal[] {
  if (typeof condition === 'boolean') return [];
  if (condition.kind === 'test') return [condition];
  return [...literalsOf(condition.left), ...literalsOf(condition.right)];
}

function countByTerm(condition: Condition): Map<Primitive, number> {
  const counts = new Map<Primitive, number>();
  for (const { term } of literalsOf(condition)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function termText(literal: Literal | undefined): string {
  return literal ? formatFilter(literal.term) : '';
}

/** A condition in the filter's words; `whole` has the number of each term's tests. */
function formatCondition(condition: Literal | Pair, whole: Map<Primitive, number>): string {
  const tests = literalsOf(condition);
  const [first] = tests;
  if (first && tests.every(({ term }) => term === first.term)) {
    const part = tests.length < (whole.get(first.term) ?? 0) ? ' (in part)' : '';
    return `${first.wanted ? '' : 'not '}${formatFilter(first.term)}${part}`;
  }
  if (condition.kind === 'test') return termText(condition);
  const side = (operand: Literal | Pair): string => {
    const text = formatCondition(operand, whole);
    return isJoin(operand) && operand.kind !== condition.kind ? `(${text})` : text;
  };
  return `${side(condition.left)} ${condition.kind} ${side(condition.right)}`;
}

/** Several terms, not one that takes several tests. */
function isJoin(condition: Literal | Pair): condition is Pair {
  return new Set(literalsOf(condition).map(({ term }) => term)).size > 1;
}
