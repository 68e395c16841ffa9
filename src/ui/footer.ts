import { MOMENT_EXAMPLES } from '../model/moment.ts';
import { isPane, panes } from '../panes/registry.ts';
import { arrange, clip, type Line, type Segment } from '../text/span.ts';
import { graphemes, width } from '../text/text.ts';
import { KEYS } from './bindings.ts';
import { isElsewhere } from './fleet.ts';
import { type Key, keys } from './keys.ts';
import type { Overlay, Prompt, UiState } from './state.ts';
import { timeLine } from './time-line.ts';

const LABELS: Readonly<Record<Prompt['kind'], string>> = {
  filter: 'filter: ',
  host: 'address: ',
  port: 'port: ',
  time: 'time: ',
};

const PROMPT_HELP: Readonly<Record<Prompt['kind'], string>> = {
  filter: 'host 10.0.0.0/8 and not port 22',
  host: 'an address or a network such as 10.0.0.0/8',
  port: 'a port number',
  time: MOMENT_EXAMPLES,
};

function firstKey({ shown }: Key): string {
  return shown.split(' ')[0] ?? '';
}

/** The first of a command's keys, and what it does. */
function hinted(key: Key): [key: string, does: string][] {
  return key.hint === undefined ? [] : [[firstKey(key), key.hint.text]];
}

function hints(columns: number, state: Pick<UiState, 'focus'>): Line {
  const left: Segment[] = keys.flatMap((key) =>
    key.hint === undefined || isElsewhere(state, key.command)
      ? []
      : [
          {
            priority: key.hint.priority,
            spans: [
              { text: firstKey(key), tone: 'strong' },
              { text: ` ${key.hint.text}`, tone: 'muted' },
            ],
          },
        ],
  );
  const separator = { text: '   ' };
  return [{ text: ' ' }, ...arrange({ left, right: [], width: columns - 1, separator, fill: { text: ' ' } })];
}

/** The part of a long text around its caret, so that the caret stays on the screen. */
function visible({ text, caret }: Prompt, cells: number): { from: number; text: string } {
  let from = caret;
  let used = 0;
  for (const { segment, index } of [...graphemes(text.slice(0, caret))].reverse()) {
    used += width(segment);
    if (used >= cells) break;
    from = index;
  }
  return { from, text: text.slice(from) };
}

function promptLines(prompt: Prompt, columns: number): Line[] {
  const label = ` ${LABELS[prompt.kind]}`;
  const { from, text } = visible(prompt, columns - label.length - 1);
  const at = prompt.caret - from;
  const under = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  const entry: Line = [
    { text: label, tone: 'strong' },
    { text: text.slice(0, at) },
    { text: under, tone: 'inverse' },
    { text: text.slice(at + under.length) },
  ];
  return [clip(entry, columns), clip(remark(prompt, label, from, columns), columns)];
}

/** Under the text: what is wrong with it, from the place where it goes wrong. */
function remark(prompt: Prompt, label: string, from: number, columns: number): Line {
  const { problem, text } = prompt;
  const indent = ' '.repeat(label.length);
  if (problem === null) return [{ text: indent + promptHelp(prompt.kind), tone: 'muted' }];
  const message = problem.message.replace(/^filter: /, '').replace(/ \(at column \d+\)$/, '');
  const place = label.length + width(text.slice(from, Math.max(from, problem.at)));
  const after = place + 2 + width(message) <= columns;
  const start = after ? place : Math.max(0, place - width(message) - 1);
  const marked = after ? `^ ${message}` : `${message} ^`;
  return [{ text: ' '.repeat(start) }, { text: marked, tone: 'bad' }];
}

/** What an overlay takes; without the flow or the command where its rows have none. */
function overlayHint(overlay: Overlay): string {
  const pane = overlay.kind === 'inspector' && isPane(overlay.pane) ? panes[overlay.pane] : null;
  const absent = [...(pane?.follow ? [] : ['follow']), ...(pane?.copies ? [] : ['copy'])];
  const taken = KEYS.overlay.filter(({ command }) => !absent.includes(command)).flatMap(hinted);
  const arrows = KEYS.overlay.filter(({ command }) => command === 'up' || command === 'down').map(firstKey);
  return ` ${arrows.join('')} scroll   ${taken.map((hint) => hint.join(' ')).join('   ')}`;
}

function promptHelp(kind: Prompt['kind']): string {
  if (kind === 'time') return `${PROMPT_HELP.time} · Enter goes there, Esc closes`;
  const taken = KEYS.prompt
    .filter(({ command }) => command !== 'recall' || kind === 'filter')
    .flatMap(hinted);
  return `${PROMPT_HELP[kind]} · ${taken.map((hint) => hint.join(' ')).join(', ')}`;
}

/** The bottom of the screen: the open prompt, or what the last key did, or the keys. */
export function footerLines(state: UiState): Line[] {
  const { prompt, message, overlay, size, play, answer } = state;
  if (prompt !== null) return promptLines(prompt, size.columns);
  if (message !== '') return [clip([{ text: ` ${message}`, tone: 'strong' }], size.columns)];
  if (overlay !== null) return [clip([{ text: overlayHint(overlay), tone: 'muted' }], size.columns)];
  if (play && answer?.playing) return [timeLine(answer.playing, play, size.columns)];
  return [hints(size.columns, state)];
}
