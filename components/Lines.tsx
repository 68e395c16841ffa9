import { Text, Transform } from 'ink';
import type { ReactElement } from 'react';

export interface Span {
  text: string;
  tone?: string | undefined;
}

/** SGR parameters by the name of a tone. */
export type Palette = Readonly<Record<string, string>>;

/** One line with its colours; every span closes what it opens. */
export function paint(spans: readonly Span[], palette: Palette): string {
  return spans
    .map(({ text, tone }) => {
      const style = tone === undefined ? '' : palette[tone];
      return style ? `\x1b[${style}m${text}\x1b[0m` : text;
    })
    .join('');
}

interface LinesProps {
  /** Each is as wide as the screen at most and free of control characters. */
  lines: readonly (readonly Span[])[];
  height: number;
  palette: Palette;
}

/**
 * Lines that are already laid out. They go in where Ink transforms its output, over a placeholder that
 * never changes: text that changes as children of <Text> stays in Ink 6's caches for ever.
 */
export function Lines({ lines, height, palette }: LinesProps): ReactElement | null {
  if (height <= 0) return null;
  return (
    <Transform transform={(_, index) => paint(lines[index] ?? [], palette)}>
      <Text>{`${' \n'.repeat(height - 1)} `}</Text>
    </Transform>
  );
}
