import type { ReactElement } from 'react';
import { Lines, type Palette, type Span } from './Lines.tsx';

interface TableProps {
  header: readonly Span[];
  rows: readonly (readonly Span[])[];
  /** Index in rows. */
  selected: number | null;
  /** Lines of the whole table, header included. */
  height: number;
  palette: Palette;
}

const text = (spans: readonly Span[]) => spans.map((span) => span.text).join('');

/** Column titles and rows behind a gutter of one cell, in which ▸ marks the selected row. */
export function Table({ header, rows, selected, height, palette }: TableProps): ReactElement | null {
  const lines = rows.map((row, index) =>
    index === selected ? [{ text: `▸${text(row)}`, tone: 'inverse' }] : [{ text: ' ' }, ...row],
  );
  const title = { text: ` ${text(header)}`, tone: 'strong' };
  return <Lines lines={[[title], ...lines]} height={height} palette={palette} />;
}
