import type { PaneName } from '../model/model.ts';
import { FIRST_PANES, panes } from '../panes/registry.ts';
import type { Command } from './command.ts';

export interface Key {
  command: Command;
  /** Names as the key reader gives them; where a command takes a number, the first is 1. */
  keys: readonly string[];
  /** The keys as people write them. */
  shown: string;
  label: string;
  /** For the line at the bottom: a short name, and how long it stays on a narrow screen (0 longest). */
  hint?: { text: string; priority: number };
}

/** A key where no prompt is open and nothing lies over the panes. */
export interface PaneKey extends Key {
  group: 'Panes' | 'Rows' | 'Filter' | 'Trace' | 'View' | 'Program';
}

/** What a key does in which panes: their names, a colon, what it does there. */
function inPanes(command: Command): string {
  const texts = new Map<string, PaneName[]>();
  for (const name of FIRST_PANES) {
    const text = panes[name].keys?.[command];
    if (text !== undefined) texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  return [...texts].map(([text, names]) => `${names.join(', ')}: ${text}`).join('; ');
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** What stands before the title of the pane at a place, from 0: its key. Behind the tenth there is none. */
export const paneKey = (place: number): string => DIGITS[place] ?? '·';

/** The keys of the panes. Help, the bottom line, --help and the README are made from it. */
export const keys: readonly PaneKey[] = [
  {
    command: 'next-pane',
    keys: ['tab'],
    shown: 'Tab',
    label: 'next pane',
    group: 'Panes',
    hint: { text: 'pane', priority: 8 },
  },
  {
    command: 'previous-pane',
    keys: ['shift-tab'],
    shown: 'Shift-Tab',
    label: 'previous pane',
    group: 'Panes',
  },
  { command: 'pane', keys: DIGITS, shown: '1-9 0', label: 'pane by its number', group: 'Panes' },
  {
    command: 'zoom',
    keys: ['z'],
    shown: 'z',
    label: 'the pane alone on the screen, or all',
    group: 'Panes',
    hint: { text: 'zoom', priority: 4 },
  },
  { command: 'up', keys: ['up', 'k'], shown: '↑ k', label: 'row above', group: 'Rows' },
  { command: 'down', keys: ['down', 'j'], shown: '↓ j', label: 'row below', group: 'Rows' },
  { command: 'page-up', keys: ['pageup', 'ctrl-b'], shown: 'PgUp Ctrl-B', label: 'page up', group: 'Rows' },
  {
    command: 'page-down',
    keys: ['pagedown', 'ctrl-f'],
    shown: 'PgDn Ctrl-F',
    label: 'page down',
    group: 'Rows',
  },
  { command: 'first', keys: ['home', 'g'], shown: 'Home g', label: 'first row', group: 'Rows' },
  {
    command: 'last',
    keys: ['end', 'G'],
    shown: 'End G',
    label: `last row; ${inPanes('last')}`,
    group: 'Rows',
  },
  {
    command: 'inspect',
    keys: ['enter'],
    shown: 'Enter',
    label: 'inspect the row',
    group: 'Rows',
    hint: { text: 'inspect', priority: 6 },
  },
  {
    command: 'histograms',
    keys: ['H'],
    shown: 'H',
    label: inPanes('histograms'),
    group: 'Rows',
  },
  { command: 'copy', keys: ['y'], shown: 'y', label: inPanes('copy'), group: 'Rows' },
  {
    command: 'filter',
    keys: ['/', 'f4'],
    shown: '/ F4',
    label: 'filter',
    group: 'Filter',
    hint: { text: 'filter', priority: 2 },
  },
  {
    command: 'host',
    keys: ['i'],
    shown: 'i',
    label: 'filter by address',
    group: 'Filter',
    hint: { text: 'address', priority: 3 },
  },
  {
    command: 'port',
    keys: ['p'],
    shown: 'p',
    label: 'filter by port',
    group: 'Filter',
    hint: { text: 'port', priority: 7 },
  },
  {
    command: 'clear',
    keys: ['escape'],
    shown: 'Esc',
    label: 'clear the filter, then the mark, then the selection',
    group: 'Filter',
  },
  {
    command: 'freeze',
    keys: ['space'],
    shown: 'Space',
    label: 'freeze the trace, or let it go on',
    group: 'Trace',
    hint: { text: 'freeze', priority: 5 },
  },
  {
    command: 'follow',
    keys: ['x'],
    shown: 'x',
    label: inPanes('follow'),
    group: 'Trace',
  },
  {
    command: 'mark',
    keys: ['d'],
    shown: 'd',
    label: inPanes('mark'),
    group: 'Trace',
    hint: { text: 'mark', priority: 10 },
  },
  {
    command: 'next-sort',
    keys: ['s', '>'],
    shown: 's >',
    label: 'sort by the next column',
    group: 'View',
    hint: { text: 'sort', priority: 7 },
  },
  {
    command: 'previous-sort',
    keys: ['S', '<'],
    shown: 'S <',
    label: 'sort by the previous column',
    group: 'View',
  },
  {
    command: 'group',
    keys: ['t'],
    shown: 't',
    label: inPanes('group'),
    group: 'View',
    hint: { text: 'group', priority: 9 },
  },
  { command: 'invert', keys: ['I'], shown: 'I', label: 'invert the order', group: 'View' },
  {
    command: 'closed',
    keys: ['c'],
    shown: 'c',
    label: inPanes('closed'),
    group: 'View',
  },
  {
    command: 'names',
    keys: ['n'],
    shown: 'n',
    label: 'names as asked for, else by DNS: public, all, none',
    group: 'View',
  },
  { command: 'ports', keys: ['N'], shown: 'N', label: 'ports by names of services', group: 'View' },
  { command: 'scale', keys: ['l'], shown: 'l', label: inPanes('scale'), group: 'View' },
  { command: 'bits', keys: ['b'], shown: 'b', label: 'rates in bits per second, or in bytes', group: 'View' },
  { command: 'slower', keys: ['+', '='], shown: '+', label: 'longer interval', group: 'View' },
  { command: 'faster', keys: ['-'], shown: '-', label: 'shorter interval', group: 'View' },
  {
    command: 'wire',
    keys: ['w'],
    shown: 'w',
    label: inPanes('wire'),
    group: 'View',
  },
  {
    command: 'private',
    keys: ['P'],
    shown: 'P',
    label: 'addresses and names as pseudonyms, or as they are',
    group: 'View',
  },
  { command: 'reset', keys: ['Z'], shown: 'Z', label: 'set totals to zero', group: 'View' },
  { command: 'restore', keys: ['u'], shown: 'u', label: 'totals as before that', group: 'View' },
  {
    command: 'record',
    keys: ['R'],
    shown: 'R',
    label: 'record into a file here, or end that',
    group: 'Program',
  },
  {
    command: 'help',
    keys: ['?', 'h', 'f1'],
    shown: '? h F1',
    label: 'this help',
    group: 'Program',
    hint: { text: 'help', priority: 0 },
  },
  {
    command: 'repaint',
    keys: ['ctrl-l'],
    shown: 'Ctrl-L',
    label: 'paint the screen again',
    group: 'Program',
  },
  { command: 'suspend', keys: ['ctrl-z'], shown: 'Ctrl-Z', label: 'suspend', group: 'Program' },
  {
    command: 'quit',
    keys: ['q', 'ctrl-c'],
    shown: 'q Ctrl-C',
    label: 'quit',
    group: 'Program',
    hint: { text: 'quit', priority: 1 },
  },
];
