import type { Attach, Hook, PointStatus } from '../model.ts';
import { POINT_FUNCTIONS, type Point, type Rung } from './points.ts';

/** What the running kernel allows. */
export interface Allowed {
  fentry: boolean;
  kprobe: boolean;
  hasFunction(name: string): boolean;
  hasTracepoint(name: string): boolean;
}

export interface Stand {
  point: Point;
  /** null: no rung reaches the function. */
  rung: Rung | null;
}

/** The best rung of each point that the user and the kernel allow and that is not among the refused programs. */
export function plan(
  points: Point[],
  allowed: Allowed,
  refused: ReadonlySet<string>,
  attach: Attach,
): Stand[] {
  const fits = (point: Point, rung: Rung): boolean =>
    (attach === 'auto' || attach === rung.hook) &&
    !refused.has(rung.program) &&
    reaches(point, rung, allowed);
  return points.map((point) => ({
    point,
    rung: point.rungs.find((rung) => fits(point, rung)) ?? null,
  }));
}

function reaches(point: Point, rung: Rung, allowed: Allowed): boolean {
  switch (rung.hook) {
    case 'fentry':
      return allowed.fentry && allowed.hasFunction(point.function);
    case 'kprobe':
    case 'kprobe-multi':
      return allowed.kprobe && allowed.hasFunction(point.function);
    case 'tracepoint':
      return allowed.hasTracepoint(rung.tracepoint.slice(rung.tracepoint.indexOf(':') + 1));
  }
}

export function programs(stands: Stand[]): string[] {
  return [...new Set(stands.flatMap(({ rung }) => (rung ? [rung.program] : [])))];
}

export function statuses(stands: Stand[]): PointStatus[] {
  return stands.map(({ point, rung }) => ({
    function: point.function,
    hook: rung?.hook ?? null,
    tracepoint: rung?.tracepoint || null,
    shownAs: (rung && POINT_FUNCTIONS[rung.point]) ?? point.function,
  }));
}

const PLURAL: Record<Hook, string> = {
  fentry: 'fentry',
  kprobe: 'kprobes',
  'kprobe-multi': 'kprobe-multi',
  tracepoint: 'tracepoints',
};

/** "tracepoints", "fentry + tracepoints", …: how the trace is attached, in one phrase. */
export function attachPhrase(points: PointStatus[]): string {
  const hooks = (['fentry', 'kprobe-multi', 'kprobe', 'tracepoint'] as const).filter((hook) =>
    points.some((point) => point.hook === hook),
  );
  return hooks.map((hook) => PLURAL[hook]).join(' + ') || 'nothing';
}
