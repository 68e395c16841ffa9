import { toCondition } from './ask.ts';
import type { Expression, Primitive } from './ast.ts';
import type { Condition, InterfaceIndex, Literal, Pair } from './condition.ts';
import { widen } from './widen.ts';
import { PacketWord } from './words.ts';

/**
 * One row of the kernel's table: v = words[word] & mask; go to `yes` if low <= v <= high (unsigned),
 * otherwise to `no`: the index of a later step, ACCEPT or REJECT.
 */
export interface Step {
  word: number;
  mask: number;
  low: number;
  high: number;
  yes: number;
  no: number;
}

export interface KernelFilter {
  /** Evaluation starts at the first; none accepts all. */
  steps: Step[];
  /** The steps accept what the filter accepts and nothing else; otherwise they accept more. */
  exact: boolean;
  /** A step asks for the owner's pid. */
  needsOwner: boolean;
  /** It asks for what differs from function to function, so that each event is judged by itself. */
  perEvent: boolean;
}

export const ACCEPT = 0xfffe;
export const REJECT = 0xffff;
/** Words that are not the packet's, but of what happens to it at a function. */
const OF_EVENTS: readonly number[] = [PacketWord.dropReason, PacketWord.dropped];
export const MOST_STEPS = 64;

const REJECT_ALL: Step = { word: 0, mask: 0, low: 0, high: 0, yes: REJECT, no: REJECT };

/** How a filter comes to its table. */
export interface Plan {
  /** What the kernel could decide with room for any number of tests. */
  condition: Condition;
  /** What it decides: the same, or wider where that does not fit. */
  fitting: Condition;
  /** Terms that the kernel cannot tell. */
  untold: Primitive[];
}

export function planFilter(expression: Expression, interfaceIndex: InterfaceIndex): Plan {
  const { condition, untold } = toCondition(expression, interfaceIndex);
  return { condition, fitting: widen(condition, MOST_STEPS), untold };
}

/**
 * The kernel's table for a filter; null accepts all. What the table cannot express is widened: it never
 * rejects a packet that the filter accepts.
 */
export function compileFilter(expression: Expression | null, interfaceIndex: InterfaceIndex): KernelFilter {
  if (expression === null) return { steps: [], exact: true, needsOwner: false, perEvent: false };
  return toTable(planFilter(expression, interfaceIndex));
}

export function toTable({ condition, fitting, untold }: Plan): KernelFilter {
  const steps = toSteps(fitting);
  return {
    steps,
    exact: untold.length === 0 && fitting === condition,
    needsOwner: steps.some(({ word }) => word === PacketWord.pid),
    perEvent: steps.some(({ word }) => OF_EVENTS.includes(word)),
  };
}

function toSteps(condition: Condition): Step[] {
  if (typeof condition === 'boolean') return condition ? [] : [REJECT_ALL];
  const backwards: Step[] = [];
  emit(condition, ACCEPT, REJECT, backwards);
  const turned = (target: number): number => (target >= ACCEPT ? target : backwards.length - 1 - target);
  return backwards.map((step) => ({ ...step, yes: turned(step.yes), no: turned(step.no) })).reverse();
}

/** Writes the steps last to first, so that every target exists before the jump to it. Returns the entry. */
function emit(condition: Literal | Pair, yes: number, no: number, steps: Step[]): number {
  if (condition.kind === 'test') {
    const { word, mask, low, high, wanted } = condition;
    return steps.push({ word, mask, low, high, yes: wanted ? yes : no, no: wanted ? no : yes }) - 1;
  }
  const right = emit(condition.right, yes, no, steps);
  return condition.kind === 'and'
    ? emit(condition.left, right, no, steps)
    : emit(condition.left, yes, right, steps);
}
