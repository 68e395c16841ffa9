import { formatCount, formatMicroseconds, formatPerSecond, sparkline } from '../../text/format.ts';
import { cutMiddle } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import { requests } from './columns.ts';
import type { RequestGroup, RequestGrouping, RequestRow } from './row.ts';

type Cell = (group: RequestGroup) => string;

/** A row of requests that were put together. */
function number(
  id: string,
  title: string,
  priority: number,
  cell: Cell,
  tone?: (group: RequestGroup) => 'bad' | 'caution' | undefined,
): Column<RequestRow> {
  return {
    id,
    title,
    min: 7,
    ideal: 8,
    priority,
    align: 'right',
    cell: ({ group }) => (group ? cell(group) : '-'),
    tone: ({ group }) => (group ? tone?.(group) : undefined),
  };
}

const time = (us: number | null): string => (us === null ? '-' : formatMicroseconds(us));

const figures: Column<RequestRow>[] = [
  number('count', 'COUNT', 1, ({ count }) => formatCount(count)),
  number('perSecond', 'RATE', 4, ({ perSecond }) => formatPerSecond(perSecond)),
  number(
    'errors',
    'ERRORS',
    2,
    ({ errors }) => formatCount(errors),
    ({ errors }) => (errors > 0 ? 'bad' : undefined),
  ),
  number(
    'refused',
    '4XX',
    6,
    ({ refused }) => formatCount(refused),
    ({ refused }) => (refused > 0 ? 'caution' : undefined),
  ),
  number('p50', 'P50', 3, ({ p50Us }) => time(p50Us)),
  number('p95', 'P95', 5, ({ p95Us }) => time(p95Us)),
  number('p99', 'P99', 7, ({ p99Us }) => time(p99Us)),
  {
    id: 'histogram',
    title: '10µs-1s+',
    min: 12,
    ideal: 12,
    priority: 8,
    align: 'right',
    cell: ({ group }, width) => sparkline(group?.histogram ?? [], width),
  },
];

function groups(by: string, title: string): PaneTable<RequestRow> {
  return {
    ...requests,
    title: `Requests by ${by}`,
    rows: 'groups',
    columns: [
      {
        id: 'group',
        title,
        min: 16,
        ideal: 36,
        max: 200,
        priority: 0,
        cell: ({ group }, width) => cutMiddle(group?.name ?? '', width),
        tone: () => 'accent',
      },
      ...figures,
    ],
    sorts: [
      { id: 'count', label: 'count', descending: true },
      { id: 'perSecond', label: 'rate', descending: true },
      { id: 'errors', label: 'errors', descending: true },
      { id: 'refused', label: '4xx', descending: true },
      { id: 'p50', label: 'p50', descending: true },
      { id: 'p95', label: 'p95', descending: true },
      { id: 'p99', label: 'p99', descending: true },
      { id: 'group', label: 'group', descending: false },
    ],
  };
}

/** The table by what requests are put together by. */
export const requestTables: Readonly<Record<'request' | RequestGrouping, PaneTable<RequestRow>>> = {
  request: requests,
  host: groups('host', 'HOST'),
  path: groups('path', 'PATH'),
  status: groups('answer', 'ANSWER'),
  process: groups('process', 'PROCESS'),
  name: groups('DNS name', 'NAME'),
};
