import type { Stand } from '../../attach/plan.ts';
import type { PointCount } from './point-counts.ts';
import type { Tracer } from './tracer.ts';

/** What --debug-func shows of a tracer, by point. */
export interface TracerDebug {
  counts: PointCount[];
  rawHeaders: Buffer[];
  stands: readonly Stand[];
}

/** Of no tracer nothing. */
export function debugOf(tracer: Tracer | null): TracerDebug {
  return {
    counts: tracer?.counts() ?? [],
    rawHeaders: tracer?.rawHeaders() ?? [],
    stands: tracer?.stands ?? [],
  };
}
