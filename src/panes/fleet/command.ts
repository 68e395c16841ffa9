import type { PaneCommand, Table, TextColumn } from '../command.ts';
import { asText } from '../text-column.ts';
import { fleetTable } from './columns.ts';
import { fleetRecord } from './record.ts';
import type { FleetRow } from './row.ts';
import { BY_HOST, type FleetSpec } from './spec.ts';

/** What `nettop fleet` prints of a pane. */
export function fleetCommand(spec: FleetSpec): PaneCommand<FleetRow> {
  const record = fleetRecord(spec);
  const { about, over } = spec;
  const tableBy = (group: string): Table<FleetRow> => ({
    record,
    columns: textColumns(spec, group),
    asked: { group },
  });
  const table = tableBy(BY_HOST);
  return {
    about,
    examples: [],
    records: [record],
    table,
    by: { [BY_HOST]: table, ...(over !== undefined && { [over]: tableBy(over) }) },
  };
}

function textColumns(spec: FleetSpec, group: string): TextColumn<FleetRow>[] {
  const { columns } = fleetTable(spec, group);
  const of = asText(columns);
  return columns.map(({ id, min }) => of(id, min));
}
