import type { Inspection } from '../../model/panes.ts';
import type { Pane } from '../pane.ts';
import { services as table } from './columns.ts';
import { command } from './command.ts';
import { followService } from './follow.ts';
import { serviceLines } from './inspector.ts';
import type { ServiceRow } from './row.ts';
import { servicesSegments, servicesTab } from './title.ts';

type ServiceInspection = Extract<Inspection, { pane: 'services' }>;

export const services: Pane<ServiceRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'services',
  isCostly: true,
  part: 'services',
  empty: 'no server has answered since this pane was opened',
  tab: servicesTab,
  titleSegments: servicesSegments,
  keys: { follow: 'trace this port' },
  command,
  rowTitle: 'Service',
  inspector: ({ row }: ServiceInspection, width) => serviceLines(row, width),
  follow: followService,
};
