import type { ReactElement } from 'react';
import { Lines, type Palette, type Span } from './Lines.tsx';

interface TableProps {
  header: readonly Span[];
  rows: readonly (readonly Span[])[];
  /** Index in rows. */
  selected: number | null;
  /** Indices in rows. */
  marked: ReadonlySet<number>;
  /** The keys go here: the selected row is inverse. */
  focused: boolean;
  /** Lines of the whole table, header included. */
  height: number;
  palette: Palette;
}

const text = (spans: readonly Span[]) => spans.map((span) => span.text).join('');

/** Column titles and rows behind a gutter of one cell: ▸ is the selected row, ◆ a marked one. */
export function Table({
  header,
  rows,
  selected,
  marked,
  focused,
  height,
  palette,
}: TableProps): ReactElement | null {
  const lines = rows.map((row, index) =>
    index === selected
      ? [{ text: `${marked.has(index) ? '◆' : '▸'}${text(row)}`, tone: focused ? 'inverse' : 'strong' }]
      : [marked.has(index) ? { text: '◆', tone: 'strong' } : { text: ' ' }, ...row],
  );
  const title = { text: ` ${text(header)}`, tone: 'strong' };
  return <Lines lines={[[title], ...lines]} height={height} palette={palette} />;
}
