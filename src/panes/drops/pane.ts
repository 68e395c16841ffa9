import type { DropRow, Inspection } from '../../model/model.ts';
import type { Pane } from '../pane.ts';
import { drops as table } from './columns.ts';
import { followDrop } from './follow.ts';
import { dropLines } from './inspector.ts';

type DropInspection = Extract<Inspection, { pane: 'drops' }>;

export const drops: Pane<DropRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  isAskedWhenShown: true,
  part: 'drops',
  empty: 'no packet was dropped since this pane was opened',
  rowTitle: 'Drops',
  inspector: ({ row, stack }: DropInspection, width) => dropLines(row, stack, width),
  follow: followDrop,
};
