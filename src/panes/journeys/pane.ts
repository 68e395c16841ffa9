import type { Inspection, JourneyRow } from '../../model/model.ts';
import type { Pane } from '../pane.ts';
import { traceSegments, traceTab } from '../trace/title.ts';
import { journeys as table } from './columns.ts';
import { journeyLines } from './path.ts';

type JourneyInspection = Extract<Inspection, { pane: 'journeys' }>;

/** The trace with one line for each packet: it takes the trace's place. */
export const journeys: Pane<JourneyRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'packets',
  isLive: true,
  isTrace: true,
  otherWay: 'trace',
  isOtherWay: true,
  hasHosts: true,
  part: 'trace',
  empty: 'waiting for traffic',
  tab: traceTab,
  titleSegments: traceSegments,
  rowTitle: 'Path of a packet',
  inspector: (inspection: JourneyInspection, width) => journeyLines(inspection, width),
};
