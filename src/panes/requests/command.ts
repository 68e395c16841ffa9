import { formatTimestamp } from '../../text/format.ts';
import { beside, type PaneCommand } from '../command.ts';
import { asText } from '../text-column.ts';
import { requests as table } from './columns.ts';
import { requestRecord, requestTotalsRecord } from './record.ts';
import type { RequestRow } from './row.ts';
import { lossText } from './text.ts';

const of = asText(table.columns);

const columns = [
  of('time', 15, { cell: ({ timeUs }) => formatTimestamp(timeUs) }),
  of('process', 28),
  of('user', 8),
  of('side', 6),
  of('method', 6),
  of('status', 9),
  of('firstByte', 7),
  of('total', 7),
  of('atServer', 7),
  of('bytes', 8),
  of('far', 21),
  of('url', 0),
];

/** Requests as they end. */
export const command: PaneCommand<RequestRow> = {
  about:
    'requests of HTTP, DNS, Redis, PostgreSQL and MySQL, and handshakes of TLS and QUIC, by process, with answers and times, as they end',
  examples: ['requests --duration 10s', 'requests --json port 80', 'requests --tls process curl'],
  flags: ['tls', 'query', 'iec', 'rate-limit'],
  records: [requestRecord, requestTotalsRecord],
  stream: {
    of: 'requests',
    asked: { requests: { sort: 'time', descending: true, rows: 0, cursor: null, isStreamed: true } },
    record: requestRecord,
    columns: () => columns,
    hasLine: ({ side, peer }) => side === 'client' || peer === null,
    totals: ({ requests }) =>
      requests ? [beside(requestTotalsRecord, requests, lossText(requests.lost))] : [],
  },
};
