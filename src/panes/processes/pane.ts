import type { Inspection, ProcessRow } from '../../model/model.ts';
import { ALL_CONNECTIONS, HISTOGRAMS } from '../connections/distribution.ts';
import type { Pane } from '../pane.ts';
import { processTables } from './columns.ts';
import { command } from './command.ts';
import { processLines } from './inspector.ts';

type ProcessesInspection = Extract<Inspection, { pane: 'processes' }>;

export const processes: Pane<ProcessRow> = {
  ...processTables.process,
  groupings: processTables,
  share: 3,
  slot: 'processes',
  rowsOf: 'sockets',
  part: null,
  empty: 'waiting for traffic',
  keys: { group: 'in groups', histograms: HISTOGRAMS, wire: 'with bytes on the wire, or without' },
  command,
  rowTitle: 'Process',
  titleOf: ({ row }: ProcessesInspection) => (row.pid === 0 && row.group !== null ? 'Processes' : 'Process'),
  inspector: processLines,
  histogramsOf,
};

/** Of the connections of a process, or of those of a group of them. */
function histogramsOf(row: ProcessRow | undefined): string | null {
  if (!row) return ALL_CONNECTIONS;
  if (row.group === null) return `process:${row.key}`;
  return row.group.by === 'tree' ? null : row.key;
}
