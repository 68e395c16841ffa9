import { beside, type PaneCommand } from '../command.ts';
import { asText, pidColumn } from '../text-column.ts';
import { drops as table } from './columns.ts';
import { dropRecord, notCountedRecord } from './record.ts';
import type { DropRow } from './row.ts';

const of = asText(table.columns);

const columns = [
  of('reason', 18),
  of('place', 26),
  of('interface', 6),
  pidColumn,
  of('process', 16),
  of('perSecond', 7, { title: 'DROPS/s' }),
  of('count', 7, { title: 'DROPS', cell: ({ count }) => String(count) }),
  of('age', 5),
  of('last', 0),
];

export const command: PaneCommand<DropRow> = {
  about: 'dropped packets, counted by reason and place',
  flags: ['attach'],
  examples: ['drops --duration 10s', "drops --json 'reason NO_SOCKET or reason NETFILTER*'"],
  records: [dropRecord, notCountedRecord],
  table: {
    record: dropRecord,
    columns,
    beside({ drops }) {
      const lost = drops?.lost ?? 0;
      if (lost === 0) return null;
      return [beside(notCountedRecord, lost, [`${lost} drops could not be counted and are in no row`])];
    },
  },
};
