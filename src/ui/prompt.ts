import { KEYWORDS } from '../filter/ast.ts';
import { partsOf } from '../filter/parser.ts';
import { withTerm } from '../filter/terms.ts';
import type { KeyPress } from '../terminal/keyreader.ts';
import { sanitize } from '../text/text.ts';
import type { FilterCheck, Prompt, UiState } from './state.ts';

const MAX_LENGTH = 1000;

/** Opens an empty prompt: what is typed takes the place of the filter, or of its address or port. */
export function openPrompt(state: UiState, kind: Prompt['kind']): UiState {
  return { ...state, prompt: { kind, text: '', caret: 0, problem: null, before: state.filter } };
}

type Edit = Pick<Prompt, 'text' | 'caret'>;

/** The place after the grapheme at the caret, or before the one to its left. */
function neighbour(text: string, caret: number, step: 1 | -1): number {
  const starts = [...new Intl.Segmenter().segment(text)].map((part) => part.index).concat(text.length);
  return (step > 0 ? starts.find((at) => at > caret) : starts.findLast((at) => at < caret)) ?? caret;
}

function remove({ text }: Edit, from: number, to: number): Edit {
  return { text: text.slice(0, from) + text.slice(to), caret: from };
}

function insert({ text, caret }: Edit, typed: string): Edit {
  const safe = sanitize(typed.replace(/[\r\n\t]+/g, ' ')).slice(0, Math.max(0, MAX_LENGTH - text.length));
  return { text: text.slice(0, caret) + safe + text.slice(caret), caret: caret + safe.length };
}

const wordStart = (text: string, caret: number) => text.slice(0, caret).search(/\S+\s*$/);

/** Line editing; null for a key that does not edit. */
function edit(line: Prompt, key: KeyPress): Edit | null {
  const { text, caret } = line;
  switch (key.name) {
    case 'backspace':
    case 'ctrl-h':
      return remove(line, neighbour(text, caret, -1), caret);
    case 'delete':
    case 'ctrl-d':
      return remove(line, caret, neighbour(text, caret, 1));
    case 'ctrl-u':
      return remove(line, 0, caret);
    case 'ctrl-k':
      return remove(line, caret, text.length);
    case 'ctrl-w':
      return remove(line, Math.max(0, wordStart(text, caret)), caret);
    case 'up':
    case 'ctrl-p':
      return line.kind === 'filter' ? { text: line.before, caret: line.before.length } : null;
    case 'left':
    case 'ctrl-b':
      return { text, caret: neighbour(text, caret, -1) };
    case 'right':
    case 'ctrl-f':
      return { text, caret: neighbour(text, caret, 1) };
    case 'home':
    case 'ctrl-a':
      return { text, caret: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, caret: text.length };
    default:
      // a paste goes on long after there is no more room
      return key.text === undefined || text.length >= MAX_LENGTH ? null : insert(line, key.text);
  }
}

type FilterText = Pick<Prompt, 'kind' | 'text' | 'before'>;

/** What the prompt's text makes of the filter. */
function filterOf({ kind, text, before }: FilterText): string {
  return kind === 'filter' ? text.trim() : withTerm(before, kind, text.trim());
}

function problemOf({ kind, text, before }: FilterText, check: FilterCheck): Prompt['problem'] {
  if (kind === 'filter') return check(text);
  if (text.trim() === '') return null;
  const lead = `${kind} `;
  const problem = check(lead + text);
  if (problem !== null) return { ...problem, at: Math.max(0, problem.at - lead.length) };
  const [first, ...more] = partsOf(lead + text);
  if (more.length > 0 || first?.text.startsWith('('))
    return { message: `one ${kind}, please`, at: Math.max(0, text.trim().search(/\s/)) };
  // the whole may be too long, or nested too deep, where each part is not
  const whole = check(filterOf({ kind, text, before }));
  return whole && { ...whole, at: 0 };
}

/** Whether more is to come: nothing yet, or a word that a keyword begins with ("po" of "port"). */
function isUnfinished({ kind, text }: Prompt): boolean {
  const word = text.toLowerCase().match(/[a-z0-9]*$/)?.[0] ?? '';
  const begun =
    /[a-z]/.test(word) && [...KEYWORDS].some((keyword) => keyword.startsWith(word) && keyword !== word);
  return kind === 'filter' && (text.trim() === '' || begun);
}

/** A filter is in force as soon as it parses: the rows change while it is typed. */
function typed(state: UiState, prompt: Prompt, check: FilterCheck): UiState {
  const problem = problemOf(prompt, check);
  const filter = problem === null && !isUnfinished(prompt) ? filterOf(prompt) : state.filter;
  return { ...state, prompt: { ...prompt, problem }, filter };
}

/** A key while the prompt is open: Enter keeps the filter, Esc brings the earlier one back, ↑ to edit it. */
export function promptKey(state: UiState, prompt: Prompt, key: KeyPress, check: FilterCheck): UiState {
  if (key.name === 'escape') return { ...state, prompt: null, filter: prompt.before };
  if (key.name === 'enter') {
    return prompt.problem === null ? { ...state, prompt: null, filter: filterOf(prompt) } : state;
  }
  const edited = edit(prompt, key);
  return edited === null ? state : typed(state, { ...prompt, ...edited }, check);
}
