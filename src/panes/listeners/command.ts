import type { PaneCommand } from '../command.ts';
import { asText, pidColumn } from '../text-column.ts';
import { listeners as table } from './columns.ts';
import { listenerRecord } from './record.ts';
import type { ListenerRow } from './row.ts';

const of = asText(table.columns);

const columns = [
  of('process', 16),
  pidColumn,
  of('local', 21),
  of('acceptQueue', 9),
  of('synQueue', 9),
  of('accepted', 8),
  of('handshakes', 11),
  of('drops', 6),
  of('wait', 6),
  of('verdict', 8),
];

/** Who listens, and what troubles them, once an interval. */
export const command: PaneCommand<ListenerRow> = {
  about: 'TCP sockets that listen: their queues, what comes to them, and what troubles them',
  examples: ['listeners --duration 10s', 'listeners --json port 443'],
  records: [listenerRecord],
  table: { record: listenerRecord, columns },
};
