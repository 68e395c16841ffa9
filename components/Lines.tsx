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
  let line = '';
  for (const { text, tone } of spans) {
    const style = tone === undefined ? '' : palette[tone];
    line += style ? `\x1b[${style}m${text}\x1b[0m` : text;
  }
  return line;
}

/**
 * Lines that are laid out and painted, each as wide as the screen at most and free of other control characters.
 * They go in where Ink transforms its output, over a placeholder that never changes: text that changes as
 * children of <Text> stays in Ink 6's caches for ever.
 */
export function Lines({ lines }: { lines: readonly string[] }): ReactElement {
  return (
    <Transform transform={(_, index) => lines[index] ?? ''}>
      <Text>{`${' \n'.repeat(Math.max(0, lines.length - 1))} `}</Text>
    </Transform>
  );
}
