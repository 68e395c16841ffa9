import { type Key, keys } from './keys.ts';

/** The keys while a prompt is open, beside those that type; what has a hint is at the bottom. */
export const promptKeys: readonly Key[] = [
  {
    command: 'keep',
    keys: ['enter'],
    shown: 'Enter',
    label: 'keeps the filter; with nothing typed, clears it',
    hint: { text: 'keeps', priority: 0 },
  },
  {
    command: 'undo',
    keys: ['escape'],
    shown: 'Esc',
    label: 'brings the old filter back',
    hint: { text: 'undoes', priority: 1 },
  },
  {
    command: 'recall',
    keys: ['up', 'ctrl-p'],
    shown: '↑ Ctrl-P',
    label: 'brings the filter in force into the prompt, to be edited',
    hint: { text: 'the last one', priority: 2 },
  },
  { command: 'caret-left', keys: ['left', 'ctrl-b'], shown: '← Ctrl-B', label: 'one character to the left' },
  {
    command: 'caret-right',
    keys: ['right', 'ctrl-f'],
    shown: '→ Ctrl-F',
    label: 'one character to the right',
  },
  { command: 'caret-start', keys: ['home', 'ctrl-a'], shown: 'Home Ctrl-A', label: 'to the beginning' },
  { command: 'caret-end', keys: ['end', 'ctrl-e'], shown: 'End Ctrl-E', label: 'to the end' },
  {
    command: 'delete-left',
    keys: ['backspace', 'ctrl-h'],
    shown: 'Backspace Ctrl-H',
    label: 'deletes the character on the left',
  },
  {
    command: 'delete-right',
    keys: ['delete', 'ctrl-d'],
    shown: 'Del Ctrl-D',
    label: 'deletes the character on the right',
  },
  { command: 'delete-word', keys: ['ctrl-w'], shown: 'Ctrl-W', label: 'deletes the word on the left' },
  { command: 'delete-to-start', keys: ['ctrl-u'], shown: 'Ctrl-U', label: 'deletes all on the left' },
  { command: 'delete-to-end', keys: ['ctrl-k'], shown: 'Ctrl-K', label: 'deletes all on the right' },
  ...keys.filter(({ command }) => command === 'repaint' || command === 'suspend'),
  { command: 'quit', keys: ['ctrl-c'], shown: 'Ctrl-C', label: 'quit' },
];
