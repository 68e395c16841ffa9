import { type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import { Lines, paint } from '../../components/Lines.tsx';
import type { Theme } from '../text/theme.ts';
import { drawn } from './privacy.ts';
import { screenLines } from './screen-lines.ts';
import type { UiState } from './state.ts';
import type { UiStore } from './store.ts';

const isSame = (lines: readonly string[], others: readonly string[]) =>
  lines.length === others.length && lines.every((line, place) => line === others[place]);

/** What a state looks like: the same lines as before while none of them has changed, so that nothing is drawn. */
function painter(theme: Theme): (state: UiState) => readonly string[] {
  let seen: UiState | undefined;
  let shown: readonly string[] = [];
  return (state) => {
    if (state === seen) return shown;
    seen = state;
    const lines = screenLines(drawn(state)).map((line) => paint(line, theme));
    if (!isSame(lines, shown)) shown = lines;
    return shown;
  };
}

/** The whole screen, drawn from the store. */
export function Screen({ store, theme }: { store: UiStore; theme: Theme }): ReactElement {
  const looks = useMemo(() => painter(theme), [theme]);
  return <Lines lines={useStore(store, looks)} />;
}
