import { machineOf } from '../model/of-machine.ts';
import { type Field, string } from '../model/record.ts';
import type { Column } from './column.ts';
import type { TextColumn } from './command.ts';
import type { PaneTable } from './pane.ts';

/** In every record of rows. */
export const machineField: Field<object> = string(
  'machine',
  machineOf,
  'with `--ssh`, the machine by the name that it has there',
  'of the machine that nettop runs on',
);

const ID = 'machine';

const nameOf = (row: object): string => machineOf(row) ?? '';

/** Of a connection that is seen from both ends, both. */
const namesOf = (row: object): string =>
  'otherEnd' in row && row.otherEnd ? `${nameOf(row)} ⇄ ${nameOf(row.otherEnd)}` : nameOf(row);

const column: Column<object> = {
  id: ID,
  title: 'MACHINE',
  min: 7,
  ideal: 12,
  max: 32,
  priority: 0,
  cell: namesOf,
  tone: () => 'accent',
};

/** The same table where rows are of several machines. */
export function withMachine<R extends object>(table: PaneTable<R>): PaneTable<R> {
  const [first, ...others] = table.sorts;
  return {
    ...table,
    columns: [column, ...table.columns],
    sorts: [first, ...others, { id: ID, label: ID, descending: false }],
  };
}

export const machineColumn: TextColumn<object> = { title: 'MACHINE', width: 10, cell: namesOf };
