import type { Inspection } from '../../model/model.ts';
import type { Pane } from '../pane.ts';
import { drops as table } from './columns.ts';
import { command } from './command.ts';
import { followDrop } from './follow.ts';
import { dropLines } from './inspector.ts';
import type { DropRow } from './row.ts';
import { dropsSegments, dropsTab } from './title.ts';

type DropInspection = Extract<Inspection, { pane: 'drops' }>;

export const drops: Pane<DropRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'packets',
  isLoadedLater: true,
  part: 'drops',
  empty: 'no packet was dropped since counting began',
  tab: dropsTab,
  titleSegments: dropsSegments,
  keys: { follow: 'trace this flow' },
  command,
  rowTitle: 'Drops',
  inspector: ({ row, stack }: DropInspection, width, _names, units) => dropLines(row, stack, width, units),
  follow: followDrop,
};
