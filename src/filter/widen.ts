import { and, type Condition, type Literal, or, type Pair, sizeOf } from './condition.ts';

/**
 * The condition itself when it has at most `room` tests, otherwise a wider one that fits: parts of an
 * "and" are left out, the longest first, and those of an "or" share the room.
 */
export function widen(condition: Condition, room: number): Condition {
  if (typeof condition === 'boolean' || sizeOf(condition) <= room) return condition;
  if (leastSize(condition) > room || condition.kind === 'test') return true;
  return condition.kind === 'and' ? widenAnd(condition, room) : widenOr(condition, room);
}

function widenAnd({ left, right }: Pair, room: number): Condition {
  const [shorter, longer] = sizeOf(left) <= sizeOf(right) ? [left, right] : [right, left];
  const kept = widen(shorter, room);
  const rest = widen(longer, room - usedBy(kept));
  return shorter === left ? and(kept, rest) : and(rest, kept);
}

function widenOr({ left, right, size }: Pair, room: number): Condition {
  const least = leastSize(left);
  const spare = room - least - leastSize(right);
  const first = widen(left, least + Math.floor((spare * sizeOf(left)) / size));
  return or(first, widen(right, room - usedBy(first)));
}

function usedBy(condition: Condition): number {
  return typeof condition === 'boolean' ? 0 : sizeOf(condition);
}

/** Tests that must stay for the condition to mean anything: one of every alternative. */
function leastSize(condition: Literal | Pair): number {
  if (condition.kind === 'test') return 1;
  const left = leastSize(condition.left);
  const right = leastSize(condition.right);
  return condition.kind === 'and' ? Math.min(left, right) : left + right;
}
