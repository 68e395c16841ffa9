import { NO_NAMES } from '../model/names.ts';
import type { Units } from '../text/format.ts';
import type { Column } from './column.ts';
import type { TextColumn } from './command.ts';

/**
 * Columns of a pane for its text output, by their ids: whole cells at least `width` wide, without names. `other` says
 * in what the text is another one.
 */
export function asText<R>(
  columns: readonly Column<R>[],
): (id: string, width: number, other?: Partial<TextColumn<R>>) => TextColumn<R> {
  return (id, width, other = {}) => {
    const column = columns.find((one) => one.id === id);
    if (!column) throw new Error(`there is no column ${id}`);
    const cell = (row: R, units: Units): string =>
      column.cell(row, Number.POSITIVE_INFINITY, NO_NAMES, units);
    return { title: column.title, ...(column.align && { align: column.align }), width, cell, ...other };
  };
}

/** The owner, where the pane shows its name alone. */
export const pidColumn: TextColumn<{ pid: number | null }> = {
  title: 'PID',
  width: 7,
  align: 'right',
  cell: ({ pid }) => (pid === null ? '-' : String(pid)),
};
