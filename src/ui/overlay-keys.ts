import { type Key, keys } from './keys.ts';

/** A command of the panes that means the same over them. */
function asInPanes(command: Key['command'], hint?: Key['hint']): Key[] {
  return keys.filter((key) => key.command === command).map((key) => ({ ...key, ...(hint && { hint }) }));
}

const help = asInPanes('help').flatMap((key) => key.keys);

/** The keys while help or an inspector lies over the panes; what has a hint is at the bottom. */
export const overlayKeys: readonly Key[] = [
  ...asInPanes('up'),
  ...asInPanes('down'),
  ...asInPanes('page-up'),
  ...asInPanes('page-down'),
  ...asInPanes('first'),
  ...asInPanes('last'),
  ...asInPanes('follow', { text: 'trace this flow', priority: 1 }),
  ...asInPanes('copy', { text: 'copy the command', priority: 1 }),
  ...asInPanes('bits'),
  ...asInPanes('names'),
  ...asInPanes('ports'),
  ...asInPanes('private'),
  {
    command: 'back',
    keys: ['escape', 'enter', 'q', ...help],
    shown: 'Esc Enter q',
    label: 'back to the panes',
    hint: { text: 'back', priority: 0 },
  },
  ...asInPanes('repaint'),
  ...asInPanes('suspend'),
  { command: 'quit', keys: ['ctrl-c'], shown: 'Ctrl-C', label: 'quit' },
];
