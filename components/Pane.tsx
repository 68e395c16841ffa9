import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { Lines, type Palette, type Span } from './Lines.tsx';

interface PaneProps {
  /** A rule across the screen with the pane's name in it. */
  title: readonly Span[];
  palette: Palette;
  children?: ReactNode;
}

/** A titled part of the screen. */
export function Pane({ title, palette, children }: PaneProps): ReactElement {
  return (
    <Box flexDirection="column">
      <Lines lines={[title]} height={1} palette={palette} />
      {children}
    </Box>
  );
}
