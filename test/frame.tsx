import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { Screen } from '../src/screen.tsx';
import { createUiStore } from '../src/store.ts';
import { monochrome, type Theme } from '../src/theme.ts';
import type { UiState } from '../src/ui/state.ts';

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

/** The screen of a state, drawn by Ink, with its escape sequences. */
export function paintedFrame(state: UiState, theme: Theme): string {
  const stdout = new FrameStore(state.size.columns, state.size.rows);
  const screen = <Screen store={createUiStore(state, () => null)} theme={theme} />;
  const options = { stdout: stdout as unknown as NodeJS.WriteStream, debug: true, patchConsole: false };
  const app = render(screen, options);
  const { frame } = stdout; // with CI in the environment Ink writes once more when it ends
  app.unmount();
  return frame;
}

/** The screen of a state as lines of text, without spaces at their ends. */
export function frame(state: UiState): string {
  const text = stripVTControlCharacters(paintedFrame(state, monochrome));
  return text.replace(/ +$/gm, '');
}
