import type { Inspection } from '../../model/model.ts';
import type { Inspector } from '../pane.ts';
import { comparisonLines } from './diff.ts';

type Comparison = Extract<Inspection, { pane: 'comparison' }>;

/** The paths of the marked packet and of another one. */
export const comparison: Inspector = {
  rowTitle: 'Two packets',
  inspector: ({ marked, other }: Comparison, width) => comparisonLines(marked, other, width),
};
