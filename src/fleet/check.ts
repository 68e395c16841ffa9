import type { Filter } from '../filter/filter.ts';
import { FLEET_SPECS } from '../panes/fleet/specs.ts';
import { alternativesOf } from './matchers.ts';

/** The filter, where each pane can ask it of the server. Throws a UsageError. */
export function checkFleetFilter(filter: Filter, hostLabel: string): Filter {
  for (const { rowsOf } of Object.values(FLEET_SPECS)) alternativesOf(filter.expression, rowsOf, hostLabel);
  return filter;
}
