import { formatDuration } from '../../text/format.ts';
import type { Column } from '../column.ts';
import type { PaneTable, SortChoice } from '../pane.ts';
import { type Figure, formatFigure } from './figure.ts';
import type { FleetRow } from './row.ts';
import { BOTH, BY_HOST, type FleetLabel, type FleetSpec, labelsOf } from './spec.ts';

const host: Column<FleetRow> = {
  id: 'host',
  title: 'HOST',
  min: 16,
  ideal: 24,
  max: 48,
  priority: 0,
  cell: ({ host, isStale, ageSeconds }) =>
    isStale ? `${host} (stale${ageSeconds === null ? '' : ` ${formatDuration(ageSeconds)}`})` : (host ?? '-'),
  tone: ({ isStale }) => (isStale ? 'caution' : 'accent'),
};

const hostCount: Column<FleetRow> = {
  id: 'hosts',
  title: 'HOSTS',
  min: 6,
  ideal: 6,
  priority: 0.5,
  align: 'right',
  cell: ({ hosts }) => (hosts === null ? '-' : String(hosts)),
};

const label = ({ name, title }: FleetLabel): Column<FleetRow> => ({
  id: name,
  title,
  min: name === 'port' ? 6 : 10,
  ideal: name === 'port' ? 6 : 20,
  ...(name !== 'port' && { max: 40 }),
  priority: 0,
  cell: ({ labels }) => labels[name] ?? '',
});

const figure = ({ id, title, unit, kind, priority, isExtra, tone }: Figure): Column<FleetRow> => ({
  id,
  title,
  min: unit === 'bytesPerSecond' ? 9 : 7,
  ideal: unit === 'bytesPerSecond' ? 11 : 8,
  priority,
  ...(isExtra && { extra: true }),
  align: 'right',
  ...(unit === 'bytesPerSecond' && { amount: 'rate' as const }),
  ...(unit === 'bytes' && { amount: 'bytes' as const }),
  cell: ({ figures, ageSeconds }, _width, _names, units) =>
    formatFigure(unit, kind === 'age' ? ageSeconds : (figures[id] ?? null), units),
  tone: ({ figures }) => ((figures[id] ?? 0) > 0 ? tone : 'muted'),
});

/** A pane's table, for one of the ways to put its rows together. */
export function fleetTable(spec: FleetSpec, group: string): PaneTable<FleetRow> {
  const { pane, title, rows, figures, over } = spec;
  const isByHost = group !== over;
  return {
    name: pane,
    title: isByHost ? title : `${title} of all hosts`,
    rows,
    columns: [isByHost ? host : hostCount, ...labelsOf(spec, group).map(label), ...figures.map(figure)],
    sorts: sortsOf(figures),
  };
}

/** The server orders by figures alone. */
function sortsOf(figures: FleetSpec['figures']): [SortChoice, ...SortChoice[]] {
  const [first, ...others] = figures.map(({ id, label }) => ({ id, label, descending: true }));
  const by = first as SortChoice;
  return figures[0].id === 'rxRate'
    ? [{ id: BOTH, label: 'rate', descending: true }, by, ...others]
    : [by, ...others];
}

/** Its tables by the words for them; none where rows are by machine alone. */
export function fleetTables(spec: FleetSpec): Record<string, PaneTable<FleetRow>> {
  const { over } = spec;
  return {
    [BY_HOST]: fleetTable(spec, BY_HOST),
    ...(over !== undefined && { [over]: fleetTable(spec, over) }),
  };
}
