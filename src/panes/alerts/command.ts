import { ALERT_TITLES } from '../../model/alerts/alert.ts';
import { formatTimestamp } from '../../text/format.ts';
import type { PaneCommand } from '../command.ts';
import { asText } from '../text-column.ts';
import { alerts as table } from './columns.ts';
import { environment } from './environment.ts';
import { alertRecord } from './record.ts';
import type { AlertRow } from './row.ts';

const of = asText(table.columns);

const columns = [
  { title: 'TIME', width: 15, cell: ({ timeUs }: AlertRow) => formatTimestamp(timeUs) },
  of('state', 7, { cell: ({ state }) => state }),
  of('kind', 20, { cell: ({ kind }) => ALERT_TITLES[kind] }),
  of('process', 12),
  of('message', 0),
];

/** What is told when it begins: advice, and the command. */
function under({ state, advice, command }: AlertRow): string[] {
  if (state !== 'begin') return [];
  return [`  ${advice}`, ...(command === null ? [] : [`  $ ${command}`])];
}

/** Alerts as they begin and end. */
export const command: PaneCommand<AlertRow> = {
  about: 'floods, scans and full tables, as they begin and end, with what would help',
  examples: [
    'alerts',
    'alerts --json --duration 10m',
    "alerts --alert 'process nginx and retransmits > 5% for 10s'",
  ],
  flags: ['alert', 'alert-exec'],
  records: [alertRecord],
  stream: {
    of: 'alerts',
    asked: {
      alerts: { sort: 'state', descending: false, rows: 0, cursor: null, isStreamed: true },
      drops: { sort: 'perSecond', descending: true, rows: 0, cursor: null },
    },
    record: alertRecord,
    columns: () => columns,
    under,
    environment,
  },
};
