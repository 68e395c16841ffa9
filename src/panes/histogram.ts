import type { Bucket } from '../model/log2-buckets.ts';
import { formatMicroseconds } from '../text/format.ts';
import type { Line } from '../text/span.ts';

/** So many of a kind. */
export interface Bar {
  label: string;
  count: number;
}

const LABEL_CELLS = 14;
const COUNT_CELLS = 9;

/** What each bar is of, how many there are, and a bar against the fullest. */
export function barLines(bars: readonly Bar[], width: number): Line[] {
  const most = Math.max(...bars.map(({ count }) => count));
  const room = Math.max(1, width - LABEL_CELLS - COUNT_CELLS - 2);
  return bars.map(({ label, count }) => [
    { text: `  ${label}`.padEnd(LABEL_CELLS), tone: 'muted' },
    { text: `${String(count).padStart(COUNT_CELLS)}  ` },
    { text: '█'.repeat(Math.ceil((count / most) * room)), tone: 'accent' },
  ]);
}

/** A time of which all in the bar are shorter. */
export const belowTime = (us: number): string => `< ${formatMicroseconds(us)}`;

/** Buckets of times in µs as bars. */
export const timeBars = (buckets: readonly Bucket[]): Bar[] =>
  buckets.map(({ below, count }) => ({ label: belowTime(below), count }));

/** Buckets of whole numbers as bars: none, 1, 2 to 3, 4 to 7. */
export const countBars = (buckets: readonly Bucket[]): Bar[] =>
  buckets.map(({ below, count }) => ({ label: countLabel(below), count }));

function countLabel(below: number): string {
  if (below === 1) return 'none';
  return below === 2 ? '1' : `${below / 2} to ${below - 1}`;
}
