import type { AlertRule } from '../alerts/rule.ts';
import type { FamilyName } from './families.ts';
import type { MetricSeries } from './metric.ts';

export interface MetricsQuestion {
  /** So many processes, containers, units, ports and interfaces have series of their own. */
  top: number;
  /** DNS and HTTP are followed. */
  requests: boolean;
  /** The user's own. */
  rules: readonly AlertRule[];
}

/** As they stood at the end of a tick; those of a family that nothing was counted for are not in it. */
export type MetricsShown = {
  readonly [Name in FamilyName]?: readonly MetricSeries[];
};
