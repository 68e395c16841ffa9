import type { TextColumn } from '../panes/command.ts';
import { USUAL_UNITS } from '../text/format.ts';
import { width } from '../text/text.ts';

/** Lines of an aligned table; the last column is not padded. */
export class TextTable<R> {
  private readonly widths: number[];

  constructor(
    private readonly columns: readonly TextColumn<R>[],
    private readonly units = USUAL_UNITS,
  ) {
    this.widths = columns.map((column) => Math.max(column.width, width(column.title)));
  }

  /** Makes room for these rows, so that what is written before them stands in line with them. */
  widen(rows: readonly R[]): void {
    for (const row of rows) this.row(row);
  }

  header(): string {
    return this.line(this.columns.map(({ title }) => title));
  }

  row(row: R): string {
    return this.line(this.columns.map(({ cell }) => cell(row, this.units)));
  }

  private line(cells: string[]): string {
    const padded = cells.map((cell, index) => {
      const taken = width(cell);
      const wide = Math.max(this.widths[index] ?? 0, taken);
      this.widths[index] = wide;
      const space = ' '.repeat(wide - taken);
      return this.columns[index]?.align === 'right' ? space + cell : cell + space;
    });
    return padded.join('  ').trimEnd();
  }
}
