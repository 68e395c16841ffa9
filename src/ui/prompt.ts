import { limitOf, withTerm } from '../filter/edit.ts';
import { type Filter, NO_FILTER } from '../filter/filter.ts';
import { KEYWORDS } from '../filter/vocabulary.ts';
import { sanitize } from '../text/text.ts';
import { type PromptCommand, stepOf } from './command.ts';
import type { Input } from './input.ts';
import type { FilterProblem, FilterReader, Prompt, UiState } from './state.ts';

const MAX_LENGTH = 1000;

/** Opens an empty prompt: what is typed takes the place of the filter, or of its address or port. */
export function openPrompt(state: UiState, kind: Exclude<Prompt['kind'], 'time'>): UiState {
  const before = state.filter;
  const meant = kind === 'filter' ? NO_FILTER : withTerm(before, kind, NO_FILTER);
  return { ...state, prompt: { kind, text: '', caret: 0, problem: null, meant, before } };
}

export type Edit = Pick<Prompt, 'text' | 'caret'>;

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

type Editing = (line: Prompt) => Edit | null;

/** Line editing; null where there is nothing to do. */
const edits: Readonly<Record<Exclude<PromptCommand, 'keep' | 'undo'>, Editing>> = {
  recall: ({ kind, before: { text } }) => (kind === 'filter' ? { text, caret: text.length } : null),
  'caret-left': ({ text, caret }) => ({ text, caret: neighbour(text, caret, -1) }),
  'caret-right': ({ text, caret }) => ({ text, caret: neighbour(text, caret, 1) }),
  'caret-start': ({ text }) => ({ text, caret: 0 }),
  'caret-end': ({ text }) => ({ text, caret: text.length }),
  'delete-left': (line) => remove(line, neighbour(line.text, line.caret, -1), line.caret),
  'delete-right': (line) => remove(line, line.caret, neighbour(line.text, line.caret, 1)),
  'delete-word': (line) => remove(line, Math.max(0, wordStart(line.text, line.caret)), line.caret),
  'delete-to-start': (line) => remove(line, 0, line.caret),
  'delete-to-end': (line) => remove(line, line.caret, line.text.length),
};

/** null: it does not edit. */
export function edit(line: Prompt, { command, text }: Input): Edit | null {
  if (command !== null) return stepOf<Editing>(edits, command)?.(line) ?? null;
  // a paste goes on long after there is no more room
  return text === undefined || line.text.length >= MAX_LENGTH ? null : insert(line, text);
}

/** What the prompt's text makes of the filter. */
function filterOf({ kind, text, before }: Prompt, read: FilterReader): Filter | FilterProblem {
  if (kind === 'filter' || kind === 'time') return read(text); // times are read elsewhere
  if (text.trim() === '') return withTerm(before, kind, NO_FILTER);
  const lead = `${kind} `;
  const wanted = read(lead + text);
  if ('message' in wanted) return { ...wanted, at: Math.max(0, wanted.at - lead.length) };
  if (wanted.parts.length > 1 || wanted.parts[0]?.text.startsWith('('))
    return { message: `expected a single ${kind}`, at: Math.max(0, text.trim().search(/\s/)) };
  const whole = withTerm(before, kind, wanted);
  const problem = limitOf(whole.text);
  return problem === null ? whole : { message: problem, at: 0 };
}

/** Whether more is to come: nothing yet, or a word that a keyword begins with ("po" of "port"). */
function isUnfinished({ kind, text }: Prompt): boolean {
  const word = text.toLowerCase().match(/[a-z0-9]*$/)?.[0] ?? '';
  const begun =
    /[a-z]/.test(word) && [...KEYWORDS].some((keyword) => keyword.startsWith(word) && keyword !== word);
  return kind === 'filter' && (text.trim() === '' || begun);
}

/** A filter is in force as soon as it parses: the rows change while it is typed. */
function typed(state: UiState, prompt: Prompt, read: FilterReader): UiState {
  const found = filterOf(prompt, read);
  if ('message' in found) return { ...state, prompt: { ...prompt, problem: found } };
  const filter = isUnfinished(prompt) ? state.filter : found;
  return { ...state, prompt: { ...prompt, problem: null, meant: found }, filter };
}

/** What somebody does while the prompt is open. */
export function promptInput(state: UiState, prompt: Prompt, input: Input, read: FilterReader): UiState {
  if (input.command === 'undo') return { ...state, prompt: null, filter: prompt.before };
  if (input.command === 'keep')
    return prompt.problem === null ? { ...state, prompt: null, filter: prompt.meant } : state;
  const edited = edit(prompt, input);
  return edited === null ? state : typed(state, { ...prompt, ...edited }, read);
}
