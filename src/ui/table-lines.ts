import type { Line } from '../text/span.ts';

interface Table {
  header: Line;
  rows: readonly Line[];
  /** Index in rows. */
  selected: number | null;
  /** Indices in rows. */
  marked: ReadonlySet<number>;
  /** The keys go here: the selected row is inverse. */
  isFocused: boolean;
}

const text = (spans: Line) => spans.map((span) => span.text).join('');

/** Column titles and rows behind a gutter of one cell: ▸ is the selected row, ◆ a marked one. */
export function tableLines({ header, rows, selected, marked, isFocused }: Table): Line[] {
  const lines = rows.map((row, index): Line => {
    const mark = marked.has(index) ? '◆' : null;
    if (index === selected)
      return [{ text: `${mark ?? '▸'}${text(row)}`, tone: isFocused ? 'inverse' : 'strong' }];
    return [mark ? { text: mark, tone: 'strong' } : { text: ' ' }, ...row];
  });
  return [[{ text: ` ${text(header)}`, tone: 'strong' }], ...lines];
}
