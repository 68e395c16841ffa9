import type { Attach, PointStatus } from '../model/model.ts';
import { type Allowed, plan, statuses } from './plan.ts';
import type { Point } from './points.ts';

/** How functions would be watched, until the trace is loaded. */
export class PlannedPoints {
  private planned: PointStatus[] | null = null;

  constructor(
    private readonly points: readonly Point[],
    private readonly allowed: Allowed,
    private readonly attach: Attach,
  ) {}

  /** Planned once: that goes through the kernel's BTF, some 10 ms. `refused`: the kernel refuses the trace. */
  statuses(refused: boolean): PointStatus[] {
    this.planned ??= statuses(plan(this.points, this.allowed, new Set(), this.attach));
    return refused ? this.planned.map(unwatched) : this.planned;
  }
}

function unwatched(point: PointStatus): PointStatus {
  return { ...point, hook: null, tracepoint: null, symbol: null };
}
