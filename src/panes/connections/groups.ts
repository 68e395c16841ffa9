import { askedName } from '../../model/connection-ends.ts';
import type { ConnectionGroup, ConnectionGrouping } from '../../model/connection-group.ts';
import { histogramOf } from '../../model/latency-buckets.ts';
import type { ConnectionRow } from '../../model/model.ts';
import { hostName, type Names } from '../../model/names.ts';
import { formatCount, formatMicroseconds, formatRate, sparkline } from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';
import { cutMiddle } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import { formatTotal } from './cells.ts';
import { connections } from './columns.ts';
import { formatWorst, groupName } from './group-inspector.ts';

/** From here on a share of retransmits is worth a look: a loss of one segment in a hundred halves most transfers. */
const LOSSY = 0.01;

/** A figure of a group. */
function figure(
  id: string,
  title: string,
  priority: number,
  cell: (group: ConnectionGroup) => string,
  tone?: (group: ConnectionGroup) => Tone | undefined,
): Column<ConnectionRow> {
  return {
    id,
    title,
    min: 5,
    ideal: 6,
    priority,
    align: 'right',
    cell: ({ group }) => (group ? cell(group) : '-'),
    tone: ({ group }) => (group ? tone?.(group) : undefined),
  };
}

const total = (id: 'rxBytes' | 'txBytes', title: string, priority: number): Column<ConnectionRow> => ({
  id,
  title,
  min: 7,
  ideal: 8,
  priority,
  amount: 'bytes',
  align: 'right',
  cell: (row, _width, _names, units) => formatTotal(row[id], units),
});

const rate = (
  id: 'rxRate' | 'txRate',
  title: string,
  priority: number,
  moving: Tone,
): Column<ConnectionRow> => ({
  id,
  title,
  min: 9,
  ideal: 10,
  priority,
  amount: 'rate',
  align: 'right',
  cell: (row, _width, _names, units) => formatRate(row[id], units),
  tone: (row) => ((row[id] ?? 0) > 0 ? moving : 'muted'),
});

const figures: Column<ConnectionRow>[] = [
  figure('connections', 'CONN', 1, ({ connections }) => formatCount(connections)),
  {
    ...figure(
      'closed',
      'CLOSED',
      9,
      ({ closed }) => formatCount(closed),
      () => 'muted',
    ),
    min: 6,
  },
  rate('rxRate', 'RX/s', 2, 'receive'),
  rate('txRate', 'TX/s', 3, 'transmit'),
  total('rxBytes', 'RX', 4),
  total('txBytes', 'TX', 5),
  {
    id: 'rttUs',
    title: 'RTT MAX',
    min: 7,
    ideal: 7,
    priority: 6,
    align: 'right',
    cell: ({ rttUs }) => (rttUs === null ? '-' : formatMicroseconds(rttUs)),
  },
  {
    id: 'retransmits',
    title: 'RETR',
    min: 5,
    ideal: 5,
    priority: 8,
    align: 'right',
    cell: ({ retransmits }) => formatCount(retransmits),
    tone: ({ retransmits }) => (retransmits > 0 ? 'caution' : 'muted'),
  },
  {
    ...figure('worstShare', 'RETR MAX', 7, formatWorst, ({ worstShare }) =>
      (worstShare ?? 0) >= LOSSY ? 'caution' : 'muted',
    ),
    min: 8,
    ideal: 8,
  },
  {
    id: 'histogram',
    title: '10µs-1s+',
    min: 12,
    ideal: 12,
    priority: 10,
    align: 'right',
    cell: ({ group }, width) => sparkline(histogramOf(times(group)), width),
  },
];

const times = (group: ConnectionGroup | null) =>
  (group?.rtt ?? []).map(({ below, count }) => ({ us: below / 2, count }));

/** What a group is called: a host or a port by its name, where names are shown. */
function nameOf(row: ConnectionRow, width: number, names: Names): string {
  const { group, remoteAddress } = row;
  if (!group) return '';
  if (group.by === 'host' && remoteAddress !== '')
    return cutMiddle(askedName(row, names) ?? hostName(names, remoteAddress) ?? group.name, width);
  const service = group.by === 'port' ? names.services[group.key] : undefined;
  if (service !== undefined) return cutMiddle(`${group.name} ${service}`, width);
  return cutMiddle(groupName(row, group), width);
}

function groups(by: string, title: string): PaneTable<ConnectionRow> {
  return {
    ...connections,
    title: `Connections by ${by}`,
    rows: 'groups',
    columns: [
      { id: 'group', title, min: 16, ideal: 30, max: 80, priority: 0, cell: nameOf, tone: () => 'accent' },
      ...figures,
    ],
    sorts: [
      { id: 'rate', label: 'rx+tx', descending: true },
      { id: 'rxRate', label: 'rx/s', descending: true },
      { id: 'txRate', label: 'tx/s', descending: true },
      { id: 'rxBytes', label: 'rx', descending: true },
      { id: 'txBytes', label: 'tx', descending: true },
      { id: 'connections', label: 'connections', descending: true },
      { id: 'rttUs', label: 'longest rtt', descending: true },
      { id: 'retransmits', label: 'retransmits', descending: true },
      { id: 'worstShare', label: 'worst retransmits', descending: true },
      { id: 'group', label: 'name', descending: false },
    ],
  };
}

/** The table by what connections are put together by. */
export const connectionTables: Readonly<Record<ConnectionGrouping, PaneTable<ConnectionRow>>> = {
  connection: connections,
  host: groups('remote host', 'HOST'),
  network: groups('network', 'NETWORK'),
  port: groups('port', 'PORT'),
  process: groups('process', 'PROCESS'),
  container: groups('container', 'CONTAINER'),
  state: groups('state', 'STATE'),
};
