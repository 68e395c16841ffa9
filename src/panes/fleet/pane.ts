import type { FleetPaneName } from '../../model/panes.ts';
import { formatCount } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { Pane, TitleLook } from '../pane.ts';
import { fleetTable, fleetTables } from './columns.ts';
import { fleetCommand } from './command.ts';
import { fleetLines, fleetTitle } from './inspector.ts';
import type { FleetInspection, FleetRow, FleetView } from './row.ts';
import { BY_HOST, type FleetSpec } from './spec.ts';
import { FLEET_SPECS } from './specs.ts';

/** A pane over all machines that a server has, of its specification. */
function fleetPane(spec: FleetSpec): Pane<FleetRow> {
  const { share, slot, rowsOf, empty, over } = spec;
  return {
    ...fleetTable(spec, BY_HOST),
    ...(over !== undefined && { groupings: fleetTables(spec) }),
    share,
    slot: `fleet ${slot}`,
    rowsOf,
    isCostly: true,
    part: null,
    empty,
    titleSegments: leftOut,
    command: fleetCommand(spec),
    rowTitle: 'Host',
    titleOf: (inspection: FleetInspection) => fleetTitle(inspection),
    inspector: (inspection: FleetInspection, width, _, units) => fleetLines(inspection, width, units),
  };
}

/** Rows that the server has and that were not fetched. */
function leftOut(_: TitleLook, view: FleetView | undefined): Segment[] {
  if (!view || view.all === null || view.all <= view.total) return [];
  return [segment(1, `the first ${formatCount(view.total)} of ${formatCount(view.all)}`, 'caution')];
}

export const fleetPanes = Object.fromEntries(
  Object.values(FLEET_SPECS).map((spec) => [spec.pane, fleetPane(spec)]),
) as Record<FleetPaneName, Pane<FleetRow>>;
