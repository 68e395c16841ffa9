import type { EventCounts, EventRow } from '../../model/model.ts';
import type { Answer } from '../../model/question.ts';
import { type Beside, beside, type Stream } from '../command.ts';
import { eventRecord } from './event-record.ts';
import { countsSince, eventColumns, formatCounts, totalLines } from './event-text.ts';
import { eventTotalsRecord, notToldRecord } from './event-totals-record.ts';

/** Events that found no room, from answer to answer. */
function notTold(): (answer: Answer) => Beside[] {
  let before: EventCounts | null = null;
  return ({ events }) => {
    if (!events) return [];
    const counts = countsSince(before, events.notTold);
    before = events.notTold;
    const words = formatCounts(counts);
    return words === '' ? [] : [beside(notToldRecord, counts, [`not listed individually: ${words}`])];
  };
}

/** Events of connections, as they happen. */
export const events: Stream<EventRow> = {
  of: 'events',
  asked: { events: {} },
  record: eventRecord,
  columns: () => eventColumns,
  notTold,
  totals: ({ events: totals }) => (totals ? [beside(eventTotalsRecord, totals, totalLines(totals))] : []),
};
