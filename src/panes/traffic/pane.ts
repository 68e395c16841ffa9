import type { Inspection } from '../../model/panes.ts';
import type { Pane } from '../pane.ts';
import { trafficTables } from './columns.ts';
import { command } from './command.ts';
import { followTraffic } from './follow.ts';
import { trafficLines } from './inspector.ts';
import type { TrafficRow } from './row.ts';
import { trafficSegments } from './title.ts';

type TrafficInspection = Extract<Inspection, { pane: 'traffic' }>;

export const traffic: Pane<TrafficRow> = {
  ...trafficTables.flow,
  groupings: trafficTables,
  share: 4,
  slot: 'packets',
  rowsOf: 'traffic',
  isCostly: true,
  hasHosts: true,
  part: 'traffic',
  empty: 'nothing passed a device since this pane was opened; -I lo shows the loopback',
  titleSegments: trafficSegments,
  keys: { group: 'in groups', follow: 'trace its packets', scale: 'bars of logarithms, or of rates' },
  command,
  rowTitle: 'Traffic',
  inspector: ({ row }: TrafficInspection, _width, names, units) => trafficLines(row, names, units),
  follow: followTraffic,
};
