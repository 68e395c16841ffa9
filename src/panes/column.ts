import { type Names, NO_NAMES } from '../model/names.ts';
import { bytesCells, rateCells, type Units, USUAL_UNITS } from '../text/format.ts';
import type { Line, Tone } from '../text/span.ts';
import { fit } from '../text/text.ts';

/** One column of a pane: what it is called, how wide it may be, and what a row says in it. */
export interface Column<R> {
  /** What a question sorts by. */
  id: string;
  title: string;
  /** The title where the column is narrower than that. */
  short?: string;
  /** Width in cells. Below `min` the column is hidden; beyond `ideal` it grows only into space left over, up to `max`. */
  min: number;
  ideal: number;
  max?: number;
  /** The ideal where addresses are shown by name. */
  named?: number;
  /** 0 stays longest on a narrow screen. */
  priority: number;
  /** Shown only where all columns before it in priority have their ideal width. */
  extra?: boolean;
  /** Shown only while the wire is counted. */
  wire?: true;
  /** It is as much wider as others units of it are longer. */
  amount?: 'bytes' | 'rate';
  align?: 'right';
  /** Text of at most `width` cells where it can be shortened with sense; otherwise it is cut. */
  cell(row: R, width: number, names: Names, units: Units): string;
  tone?(row: R): Tone | undefined;
}

export interface PlacedColumn<R> {
  column: Column<R>;
  width: number;
}

const GAP = 1;

function chosen<R>(columns: readonly Column<R>[], width: number): Column<R>[] {
  const kept: Column<R>[] = [];
  const byPriority = [...columns].sort((a, b) => a.priority - b.priority);
  for (const column of byPriority) {
    const before = kept.reduce((sum, one) => sum + (column.extra ? one.ideal : one.min) + GAP, 0);
    if (kept.length > 0 && before + column.min > width) break;
    kept.push(column);
  }
  return kept;
}

/** Widths in the order of the columns: first everybody's minimum, then ideals by priority, then the rest. */
export function placeColumns<R>(columns: readonly Column<R>[], width: number): PlacedColumn<R>[] {
  const kept = chosen(columns, width);
  const widths = new Map(kept.map((column) => [column, column.min]));
  let left = width - kept.reduce((sum, column) => sum + column.min, 0) - GAP * (kept.length - 1);
  const widen = (column: Column<R>, limit: number) => {
    const now = widths.get(column) ?? 0;
    const more = Math.max(0, Math.min(limit - now, left));
    widths.set(column, now + more);
    left -= more;
  };
  for (const column of kept) widen(column, column.ideal);
  const growing = kept.filter((column) => column.max !== undefined);
  growing.forEach((column, index) => {
    const share = Math.floor(left / (growing.length - index));
    widen(column, Math.min(column.max ?? 0, column.ideal + share));
  });
  return columns.flatMap((column) => {
    const cells = widths.get(column);
    return cells === undefined ? [] : [{ column, width: cells }];
  });
}

/** The columns with room for names. */
export function withNames<R>(columns: readonly Column<R>[]): Column<R>[] {
  return columns.map((column) => {
    const { named, max = 0 } = column;
    return named === undefined ? column : { ...column, ideal: named, max: Math.max(max, named) };
  });
}

/** The columns with room for amounts in these units. */
export function withUnits<R>(columns: readonly Column<R>[], units: Units): Column<R>[] {
  const more = {
    bytes: bytesCells(units) - bytesCells(USUAL_UNITS),
    rate: rateCells(units) - rateCells(USUAL_UNITS),
  };
  return columns.map((column) => {
    const { amount, min, ideal } = column;
    return amount ? { ...column, min: min + more[amount], ideal: ideal + more[amount] } : column;
  });
}

/** The line of column titles; `marks` is appended to the titles of the sorted columns. */
export function headerLine<R>(placed: readonly PlacedColumn<R>[], marks: ReadonlyMap<string, string>): Line {
  const cells = placed.map(({ column, width }) => {
    const mark = marks.get(column.id) ?? '';
    const title = column.title.length + mark.length > width ? (column.short ?? column.title) : column.title;
    const text = title.length + mark.length > width ? fit(title, width - mark.length) + mark : title + mark;
    return fit(text, width, column.align);
  });
  return [{ text: cells.join(' ') }];
}

/** The row's cells, each in its column's width. */
export function rowLine<R>(
  placed: readonly PlacedColumn<R>[],
  row: R,
  names = NO_NAMES,
  units = USUAL_UNITS,
): Line {
  return placed.flatMap(({ column, width }, index) => {
    const text = fit(column.cell(row, width, names, units), width, column.align);
    const tone = column.tone?.(row);
    return index === 0 ? [{ text, tone }] : [{ text: ' ' }, { text, tone }];
  });
}

/** A table under a title, as part of an inspector. */
export function tableLines<R>(
  title: string,
  columns: readonly Column<R>[],
  rows: readonly R[],
  width: number,
  names = NO_NAMES,
  units = USUAL_UNITS,
): Line[] {
  if (rows.length === 0) return [[], [{ text: `${title}: none`, tone: 'muted' }]];
  const placed = placeColumns(withUnits(columns, units), width);
  const header: Line = headerLine(placed, new Map()).map((span) => ({ ...span, tone: 'strong' }));
  return [
    [],
    [{ text: title, tone: 'strong' }],
    header,
    ...rows.map((row) => rowLine(placed, row, names, units)),
  ];
}
