import { ACCEPT, REJECT } from '../filter/compile.ts';
import type { Explanation } from '../filter/explain.ts';
import { LARGEST_WORD, PacketWord } from '../filter/words.ts';
import { any, array, boolean, type RecordKind, string } from '../model/record.ts';
import type { TextColumn } from '../panes/command.ts';
import { TextTable } from './table.ts';

type ExplainedStep = Explanation['steps'][number];

/** Lines of `nettop explain`. */
export function explainText(filter: string, explanation: Explanation): string[] {
  const { exact, kernel, needsOwner, steps, userSpace, requests } = explanation;
  const numbered = steps.map((step, index) => ({ ...step, index }));
  const table = new TextTable(COLUMNS);
  table.widen(numbered);
  const told = typeof kernel === 'string' ? kernel : kernel ? 'everything' : 'nothing';
  return [
    `filter      ${filter || 'none'}`,
    `kernel      accepts ${told}${exact ? '' : ', which is more than the filter'}`,
    ...(needsOwner ? ['            looks up the owner of each packet’s socket first'] : []),
    `user space  ${exact ? 'has nothing to do' : 'looks through the rest, for the sake of'}`,
    ...userSpace.map(({ term, why }) => `            ${term}: ${why}`),
    ...(requests ? [`requests    the kernel tells ${toldOf(requests)}; user space looks through them`] : []),
    ...(steps.length > 0 ? ['', table.header(), ...numbered.map((step) => table.row(step))] : []),
  ];
}

const toldOf = (needs: readonly string[]): string =>
  needs.length === 0 ? 'all' : `those alone that are ${needs.join(', ')}`;

/** What `nettop explain` says, for programs. */
export const explanationRecord: RecordKind<{ filter: string; explanation: Explanation }> = {
  type: 'explanation',
  about: '`nettop explain`',
  fields: [
    string('filter', ({ filter }) => filter, "as it was given, the flags' terms before it"),
    boolean('exact', ({ explanation }) => explanation.exact, 'the kernel decides alone'),
    // what it accepts as text, or all or nothing
    any(
      'kernel',
      ({ explanation }) => explanation.kernel,
      'what the kernel accepts; `true` for everything, `false` for nothing',
    ),
    boolean(
      'needsOwner',
      ({ explanation }) => explanation.needsOwner,
      "the owner of each packet's socket is looked up before the filter",
    ),
    array(
      'userSpace',
      ({ explanation }) => explanation.userSpace,
      'terms that user space looks at: `term` and `why`',
    ),
    array(
      'toldRequests',
      ({ explanation }) => explanation.requests,
      'of requests, what the kernel tells alone, in words',
      'where the filter asks for nothing of requests',
    ),
    array(
      'steps',
      ({ explanation }) => explanation.steps.map(stepOf),
      'the kernel\'s table: `word`, `mask`, `low`, `high`, `term`; `yes` and `no` are the next step\'s number, `"accept"` or `"reject"`',
    ),
  ],
};

function stepOf({ word, mask, low, high, yes, no, term }: ExplainedStep): object {
  return { word: wordName(word), mask, low, high, yes: target(yes), no: target(no), term };
}

const COLUMNS: TextColumn<ExplainedStep & { index: number }>[] = [
  { title: 'STEP', width: 4, align: 'right', cell: ({ index }) => String(index) },
  { title: 'WORD', width: 0, cell: ({ word }) => wordName(word) },
  { title: 'MASK', width: 0, cell: ({ mask }) => (mask === LARGEST_WORD ? '' : hex(mask)) },
  { title: 'RANGE', width: 0, cell: rangeText },
  { title: 'YES', width: 0, cell: ({ yes }) => String(target(yes)) },
  { title: 'NO', width: 0, cell: ({ no }) => String(target(no)) },
  { title: 'TERM', width: 0, cell: ({ term }) => term },
];

/** As in enum packet_word; words of addresses are counted from the most significant. */
function wordName(word: number): string {
  const names = Object.entries(PacketWord);
  const [name, first] = names.filter(([, number]) => number <= word).at(-1) ?? ['', 0];
  return name === 'source' || name === 'destination' ? `${name}[${word - first}]` : name;
}

function rangeText({ word, mask, low, high }: ExplainedStep): string {
  const isAddress = word >= PacketWord.source && word < PacketWord.length;
  const number = isAddress || mask !== LARGEST_WORD ? hex : String;
  if (low === high) return number(low);
  return high === LARGEST_WORD ? `${number(low)}-` : `${number(low)}-${number(high)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Where a step leads: to another step, or to the verdict. */
function target(step: number): number | 'accept' | 'reject' {
  if (step === ACCEPT) return 'accept';
  return step === REJECT ? 'reject' : step;
}
