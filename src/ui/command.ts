/** What moves the selection, or what is shown of an overlay. */
export const MOVES = ['up', 'down', 'page-up', 'page-down', 'first', 'last'] as const;

export type Move = (typeof MOVES)[number];

/** What the program does, whatever is on the screen. */
export type ProgramCommand = 'private' | 'repaint' | 'suspend' | 'quit';

/** What is done to the panes. */
export type PaneCommand =
  | Move
  | 'next-pane'
  | 'previous-pane'
  | 'pane'
  | 'filter'
  | 'host'
  | 'port'
  | 'freeze'
  | 'follow'
  | 'group'
  | 'bits'
  | 'scale'
  | 'names'
  | 'ports'
  | 'mark'
  | 'inspect'
  | 'histograms'
  | 'copy'
  | 'next-sort'
  | 'previous-sort'
  | 'invert'
  | 'closed'
  | 'slower'
  | 'faster'
  | 'zoom'
  | 'reset'
  | 'restore'
  | 'wire'
  | 'record'
  | 'help'
  | 'clear';

/** What is done to what lies over the panes. */
export type OverlayCommand = Move | 'back' | 'follow' | 'copy' | 'bits' | 'names' | 'ports';

/** How a recording is played. */
export type PlayCommand =
  | 'play-pause'
  | 'play-back'
  | 'play-on'
  | 'play-far-back'
  | 'play-far-on'
  | 'play-step'
  | 'play-time'
  | 'play-faster'
  | 'play-slower';

/** What is done to the open prompt. */
export type PromptCommand =
  | 'keep'
  | 'undo'
  | 'recall'
  | 'caret-left'
  | 'caret-right'
  | 'caret-start'
  | 'caret-end'
  | 'delete-left'
  | 'delete-right'
  | 'delete-word'
  | 'delete-to-start'
  | 'delete-to-end';

export type ScreenCommand = PaneCommand | OverlayCommand | PromptCommand | PlayCommand;
export type Command = ScreenCommand | ProgramCommand;

/** What is on top, and has the keys. */
export type Place = 'panes' | 'overlay' | 'prompt' | 'play';

/** What a command does where not all have a meaning; undefined: nothing. */
export function stepOf<Step>(
  steps: Partial<Record<Command, Step>>,
  command: Command | null,
): Step | undefined {
  return command === null ? undefined : steps[command];
}
