import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import type { ReactElement } from 'react';
import { monochrome, type Theme } from '../src/text/theme.ts';
import { Screen } from '../src/ui/screen.tsx';
import type { UiState } from '../src/ui/state.ts';
import { createUiStore } from '../src/ui/store.ts';

class FrameStore extends EventEmitter {
  readonly isTTY = true;
  frame = '';

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    super();
  }

  write(text: string, callback?: () => void): boolean {
    if (text !== '' && !text.startsWith('\x1b[?25')) this.frame = text;
    callback?.();
    return true;
  }
}

/** What Ink draws, with its escape sequences. */
export function inked(element: ReactElement, columns: number, rows: number): string {
  const stdout = new FrameStore(columns, rows);
  const options = { stdout: stdout as unknown as NodeJS.WriteStream, debug: true, patchConsole: false };
  const app = render(element, options);
  const { frame } = stdout; // with CI in the environment Ink writes once more when it ends
  app.unmount();
  return frame;
}

/** The screen of a state with its escape sequences. */
export function paintedFrame(state: UiState, theme: Theme): string {
  const { columns, rows } = state.size;
  return inked(<Screen store={createUiStore(state, () => null)} theme={theme} />, columns, rows);
}

/** The screen of a state as lines of text, without spaces at their ends. */
export function frame(state: UiState): string {
  const text = stripVTControlCharacters(paintedFrame(state, monochrome));
  return text.replace(/ +$/gm, '');
}
