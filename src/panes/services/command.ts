import { beside, type PaneCommand } from '../command.ts';
import { asText } from '../text-column.ts';
import { services as table } from './columns.ts';
import { serviceRecord, servicesLossRecord } from './record.ts';
import type { ServiceRow } from './row.ts';
import { isLost, lossText } from './title.ts';

const of = asText(table.columns);

const columns = [
  of('process', 16),
  of('pid', 7),
  of('user', 8),
  of('port', 5),
  of('answers', 8, { cell: ({ answers }) => String(answers) }),
  of('perSecond', 8),
  of('mean', 8),
  of('p50', 8),
  of('p95', 8),
  of('p99', 8),
];

/** How long servers take to answer, once an interval. */
export const command: PaneCommand<ServiceRow> = {
  about: 'how long servers take to answer, by process and TCP port, whatever they speak',
  examples: ['services --duration 10s', 'services --json port 5432'],
  records: [serviceRecord, servicesLossRecord],
  table: {
    record: serviceRecord,
    columns,
    beside({ services }) {
      return services && isLost(services.lost)
        ? [beside(servicesLossRecord, services.lost, lossText(services.lost))]
        : null;
    },
  },
};
