import type { Inspection } from '../../model/panes.ts';
import type { Pane } from '../pane.ts';
import { command } from './command.ts';
import { followRequest } from './follow.ts';
import { requestTables } from './groups.ts';
import { requestLines } from './inspector.ts';
import type { RequestRow } from './row.ts';
import { requestsSegments, requestsTab } from './title.ts';

type RequestInspection = Extract<Inspection, { pane: 'requests' }>;

export const requests: Pane<RequestRow> = {
  ...requestTables.request,
  groupings: requestTables,
  share: 4,
  slot: 'packets',
  rowsOf: 'requests',
  isCostly: true,
  part: 'requests',
  empty: 'no request of a protocol that is known was seen since this pane was opened',
  tab: requestsTab,
  titleSegments: requestsSegments,
  keys: { group: 'in groups', wire: 'text within TLS too' },
  command,
  rowTitle: 'Requests',
  inspector: ({ row, beside }: RequestInspection, width, _names, units) =>
    requestLines(row, beside, width, units),
  follow: followRequest,
};
