import type { Grouping, ProcessRow } from '../../model/model.ts';
import type { Pane } from '../pane.ts';
import { processTables } from './columns.ts';
import { processLines } from './inspector.ts';

const rest = {
  share: 3,
  slot: 'processes',
  isOfSockets: true,
  part: null,
  empty: 'waiting for traffic',
  rowTitle: 'Process',
  inspector: processLines,
} as const;

/** The pane by what its processes are put together by. */
export const processPanes = Object.fromEntries(
  Object.entries(processTables).map(([grouping, table]) => [grouping, { ...table, ...rest }]),
) as unknown as Readonly<Record<Grouping, Pane<ProcessRow>>>;

export const processes: Pane<ProcessRow> = processPanes.process;
