import { formatCount, formatDuration, type Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { tableLines } from '../column.ts';
import { type Field, fieldLines } from '../fields.ts';
import { fleetTable } from './columns.ts';
import { formatFigure } from './figure.ts';
import type { FleetInspection, FleetPart, FleetRow } from './row.ts';
import { BY_HOST } from './spec.ts';
import { FLEET_SPECS } from './specs.ts';

/** A machine with what runs on it; or what several have in common, on each of them. */
export function fleetLines({ row, parts }: FleetInspection, width: number, units: Units): Line[] {
  return [
    ...fieldLines(row.host === null ? commonFields(row) : hostFields(row, units)),
    ...parts.flatMap((part) => partLines(part, row, width, units)),
  ];
}

export const fleetTitle = ({ row }: FleetInspection): string => (row.host === null ? 'All hosts' : 'Host');

function hostFields({ host, figures, ageSeconds, isStale }: FleetRow, units: Units): Field[] {
  const seen = ageSeconds === null ? '-' : `${formatDuration(ageSeconds)} ago`;
  return [
    ['host', host ?? '-'],
    ['last seen', isStale ? `${seen}: it has stopped to report` : seen],
    ...FLEET_SPECS['fleet-hosts'].figures
      .filter(({ kind, id }) => kind !== 'age' && id in figures)
      .map(({ id, label, unit }): Field => [label, formatFigure(unit, figures[id] ?? null, units)]),
  ];
}

function commonFields({ labels, hosts }: FleetRow): Field[] {
  return [...Object.entries(labels), ['hosts', hosts === null ? '-' : String(hosts)]];
}

function partLines({ pane, rows, all }: FleetPart, row: FleetRow, width: number, units: Units): Line[] {
  const spec = FLEET_SPECS[pane];
  const { title, columns } = fleetTable(spec, BY_HOST);
  const own = columns.filter(({ id }) => row.host === null || id !== 'host');
  const whole =
    all !== null && rows.length < all ? `${title}: the first ${rows.length} of ${formatCount(all)}` : title;
  return tableLines(whole, own, rows, width, undefined, units);
}
