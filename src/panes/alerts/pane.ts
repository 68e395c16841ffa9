import type { Inspection } from '../../model/panes.ts';
import type { Pane } from '../pane.ts';
import { alerts as table } from './columns.ts';
import { command } from './command.ts';
import { alertLines } from './inspector.ts';
import type { AlertRow } from './row.ts';
import { alertsSegments, alertsTab } from './title.ts';

type AlertInspection = Extract<Inspection, { pane: 'alerts' }>;

export const alerts: Pane<AlertRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'alerts',
  isLoadedLater: true,
  part: null,
  empty: 'nothing was conspicuous since nettop started',
  tab: alertsTab,
  titleSegments: alertsSegments,
  keys: { copy: 'copy the command that would help' },
  command,
  copies: (row) => row.command,
  rowTitle: 'Alert',
  inspector: ({ row }: AlertInspection, width) => alertLines(row, width),
};
