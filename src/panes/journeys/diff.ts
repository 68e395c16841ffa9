import type { Hop, Journey } from '../../model/model.ts';
import { formatMicroseconds } from '../../text/format.ts';
import { clip, type Line, lineWidth, type Span } from '../../text/span.ts';
import { fit } from '../../text/text.ts';
import { formatResult } from './columns.ts';
import { describePacket, hopNotes, lostNote } from './path.ts';

/** One line of two paths side by side; null where the other packet did not pass. */
export interface Pair {
  left: Hop | null;
  right: Hop | null;
}

/** Two paths aligned by the longest sequence of functions that both went through. */
export function align(left: readonly Hop[], right: readonly Hop[]): Pair[] {
  const common = commonLengths(left, right);
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const [a = null, b = null] = [left[i], right[j]];
    if (a !== null && b !== null && a.function === b.function) {
      pairs.push({ left: a, right: b });
      i++;
      j++;
    } else if (b === null || (a !== null && at(common, i + 1, j) >= at(common, i, j + 1))) {
      pairs.push({ left: a, right: null });
      i++;
    } else {
      pairs.push({ left: null, right: b });
      j++;
    }
  }
  return pairs;
}

const at = (rows: readonly (readonly number[])[], i: number, j: number) => rows[i]?.[j] ?? 0;

/** For each two places: how long the longest common sequence is from there on. */
function commonLengths(left: readonly Hop[], right: readonly Hop[]): number[][] {
  const lengths: number[][] = Array.from({ length: left.length + 1 }, () => []);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const same = left[i]?.function === right[j]?.function;
      (lengths[i] as number[])[j] = same
        ? at(lengths, i + 1, j + 1) + 1
        : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

const differs = ({ left, right }: Pair) => left === null || right === null;

/** Between the two columns: = both, ‹ the left packet alone, › the right one alone. */
function middle({ left, right }: Pair): Span {
  if (left === null) return { text: ' › ', tone: 'bad' };
  return right === null ? { text: ' ‹ ', tone: 'bad' } : { text: ' = ', tone: 'muted' };
}

const TIME_CELLS = 8;
const INTERFACE_CELLS = 8;

function hopCells(hop: Hop | null, cells: number): Line {
  if (hop === null) return [{ text: ' '.repeat(cells) }];
  const wide = cells >= 40;
  const name = cells - TIME_CELLS - 1 - (wide ? INTERFACE_CELLS + 1 : 0);
  return [
    { text: fit(formatMicroseconds(hop.sinceFirstUs), TIME_CELLS, 'right'), tone: 'muted' },
    { text: ` ${fit(hop.function, name)}`, tone: 'accent' },
    ...(wide ? [{ text: ` ${fit(hop.interface, INTERFACE_CELLS)}` }] : []),
  ];
}

/** Two cells of a line, each in its half. */
function besides(left: Line, between: Span, right: Line, cells: number): Line {
  const start = clip(left, cells);
  return [...start, { text: ' '.repeat(cells - lineWidth(start)) }, between, ...clip(right, cells)];
}

/** What is to be said of both hops besides their functions. */
function notes(of: (hop: Hop) => Line[], { left, right }: Pair, cells: number): Line[] {
  const one = left === null ? [] : of(left);
  const two = right === null ? [] : of(right);
  const indent = (text: Line | undefined): Line =>
    text === undefined ? [] : [{ text: ' '.repeat(TIME_CELLS + 1) }, ...text];
  return Array.from({ length: Math.max(one.length, two.length) }, (_, index) =>
    besides(indent(one[index]), { text: '   ' }, indent(two[index]), cells),
  );
}

function pairLines(pair: Pair, cells: number): Line[] {
  return [
    ...notes((hop) => lostNote(hop.lostBefore), pair, cells),
    besides(hopCells(pair.left, cells), middle(pair), hopCells(pair.right, cells), cells),
    ...notes(hopNotes, pair, cells),
  ];
}

const told = ({ row }: Journey, mark: string): Line[] => [
  [{ text: `${mark} ${describePacket(row)}`, tone: 'strong' }],
  [{ text: `  ${formatResult(row)}, ${row.functions} functions in ${formatMicroseconds(row.latencyUs)}` }],
];

/** Two packets' paths side by side, the marked one on the left, with the place from which they differ. */
export function comparisonLines(marked: Journey, other: Journey, width: number): Line[] {
  const cells = Math.floor((width - 3) / 2);
  const pairs = align(marked.hops, other.hops);
  const first = pairs.findIndex(differs);
  const rule = fit('≠ from here ', width).replace(/ +$/, (space) => ` ${'─'.repeat(space.length - 1)}`);
  const body = pairs.flatMap((pair, index): Line[] => [
    ...(index === first ? [[{ text: rule, tone: 'bad' as const }]] : []),
    ...pairLines(pair, cells),
  ]);
  const same: Line[] =
    first < 0 ? [[{ text: '= the same functions from the first to the last', tone: 'good' }]] : [];
  const heads = besides(
    [{ text: '◆ marked', tone: 'strong' }],
    { text: '   ' },
    [{ text: '▸ the other', tone: 'strong' }],
    cells,
  );
  return [...told(marked, '◆'), ...told(other, '▸'), [], heads, ...body, ...same];
}
