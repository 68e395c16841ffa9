import type { LineStyle } from '../model/lines.ts';
import type { Streams } from '../model/source.ts';
import type { Stream } from '../panes/command.ts';
import { machineColumn } from '../panes/machine.ts';
import { commandOf } from '../panes/registry.ts';
import { formatNamed } from './formats/registry.ts';
import { TextTable } from './table.ts';

/** How rows that come one by one are written, for one run: a line may go by those before it. */
export interface RowLines {
  /** Whose rows. */
  of: keyof Streams;
  /** Before the first. */
  header(): string[];
  rows(rows: Streams[keyof Streams]): string[];
}

type StreamRow = Streams[Exclude<keyof Streams, 'frames'>][number];

/** What a pane's command prints as it comes; null: it prints none so. */
export function streamOf({ pane, events }: Pick<LineStyle, 'pane' | 'events'>): Stream<StreamRow> | null {
  const command = commandOf(pane);
  return ((events && command.events) || command.stream || null) as Stream<StreamRow> | null;
}

/** Throws where the pane prints no rows so. */
export function rowLines(style: LineStyle): RowLines {
  const stream = streamOf(style);
  if (!stream) throw new Error(`${style.pane} has no rows that come one by one`);
  const { of, record, columns, hasLine = () => true, under } = stream;
  const format = formatNamed(style.format);
  if (format)
    return {
      of,
      header: () => format.header(record),
      rows: (rows) => (rows as StreamRow[]).map((row) => format.line(record, row, row.timeUs)),
    };
  const own = columns(style.times);
  const table = new TextTable(style.hasMachines ? [machineColumn, ...own] : own, style.units);
  return {
    of,
    header: () => [table.header()],
    rows: (rows) =>
      (rows as StreamRow[]).flatMap((row) => (hasLine(row) ? [table.row(row), ...(under?.(row) ?? [])] : [])),
  };
}
