import { formatMicroseconds } from '../text/format.ts';
import { fit } from '../text/text.ts';
import type { Step, Wait } from './steps.ts';

/** Steps that a waterfall shows: the longest. */
const MOST_STEPS = 40;
const LABEL_CELLS = 36;
const TIME_CELLS = 8;
const LEAST_CELLS = 20;

const BLOCKS: Readonly<Record<Wait, string>> = {
  DNS: '▒',
  connect: '░',
  TLS: '▓',
  'first byte': '█',
  body: '▄',
};

/** A line for each step, its bar where it was between the run's beginning and its end. */
export function timelineLines(
  steps: readonly Step[],
  startUs: number,
  endUs: number,
  cells: number,
): string[] {
  if (steps.length === 0) return [];
  const chosen = new Set([...steps].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_STEPS));
  const bar = Math.max(LEAST_CELLS, cells - LABEL_CELLS - 2 * TIME_CELLS - 15);
  const scale = bar / Math.max(1, endUs - startUs);
  const hidden = steps.length - chosen.size;
  return [
    `TIMELINE  ${formatMicroseconds(Math.max(0, endUs - startUs))} from left to right`,
    ...steps.filter((step) => chosen.has(step)).map((step) => stepLine(step, startUs, scale, bar)),
    ...(hidden > 0 ? [`${hidden} shorter ones are not shown`] : []),
  ];
}

const lengthOf = ({ fromUs, toUs }: Step): number =>
  toUs === null ? Number.POSITIVE_INFINITY : toUs - fromUs;

function stepLine(
  { wait, fromUs, toUs, label, failed }: Step,
  startUs: number,
  scale: number,
  bar: number,
): string {
  const at = Math.min(bar - 1, Math.max(0, Math.floor((fromUs - startUs) * scale)));
  const us = toUs === null ? null : toUs - fromUs;
  const length = Math.max(1, Math.min(bar - at, Math.round((us ?? 0) * scale)));
  const offset = formatMicroseconds(Math.max(0, Math.round(fromUs - startUs)));
  return [
    fit(`+${offset}`, TIME_CELLS + 1, 'right'),
    fit(wait, 10),
    fit(us === null ? '?' : formatMicroseconds(us), TIME_CELLS, 'right'),
    fit(`${failed ? '✗ ' : ''}${label}`, LABEL_CELLS),
    `${' '.repeat(at)}${us === null ? '?' : BLOCKS[wait].repeat(length)}`,
  ].join(' ');
}
