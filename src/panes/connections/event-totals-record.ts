import { EVENT_KINDS, type EventCounts, type EventTotals } from '../../model/model.ts';
import { type Field, number, object, type RecordKind, time } from '../../model/record.ts';

function counts(): Field<EventCounts>[] {
  return EVENT_KINDS.map((kind) => number(kind, (events) => events[kind], 'events of this kind'));
}

/** Events since the line before that are in no line of their own. */
export const notToldRecord: RecordKind<EventCounts> = {
  type: 'notTold',
  about:
    '`nettop connections --events`, where events found no room: those since the line before that are in no line of their own',
  fields: [time('time', (_, timeUs) => timeUs, 'when the line was made'), ...counts()],
};

/** All events of a run, and what of them is in no line. */
export const eventTotalsRecord: RecordKind<EventTotals> = {
  type: 'eventTotals',
  about: '`nettop connections --events`, at the end',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    object(
      'counted',
      (totals) => totals.counted,
      counts(),
      'all events, also those that the filter left out',
    ),
    object('notTold', (totals) => totals.notTold, counts(), 'of them, those that found no room'),
    number(
      'missed',
      (totals) => totals.missed,
      'events that may be missing from both: the kernel skipped a program that ran on that CPU already',
    ),
  ],
};
