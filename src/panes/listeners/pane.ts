import type { Inspection } from '../../model/panes.ts';
import type { Pane } from '../pane.ts';
import { listeners as table } from './columns.ts';
import { command } from './command.ts';
import { followListener } from './follow.ts';
import { listenerLines } from './inspector.ts';
import type { ListenerRow } from './row.ts';
import { listenersSegments, listenersTab } from './title.ts';

type ListenerInspection = Extract<Inspection, { pane: 'listeners' }>;

export const listeners: Pane<ListenerRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'sockets',
  isCostly: true,
  part: null,
  empty: 'no TCP socket listens',
  tab: listenersTab,
  titleSegments: listenersSegments,
  keys: { follow: 'trace this port' },
  command,
  rowTitle: 'Listener',
  inspector: ({ row }: ListenerInspection, width) => listenerLines(row, width),
  follow: followListener,
};
