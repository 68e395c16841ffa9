import type { Status } from '../../model/model.ts';
import { formatCount, formatDuration, formatPerSecond } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import { filterSegments } from '../filter-segment.ts';
import type { TabNumber, TitleLook } from '../pane.ts';
import type { DropsView } from './row.ts';

/** Drops per second; now there are some, they stand out. */
export function dropsTab(_: Status, { perSecond }: DropsView): TabNumber | null {
  if (perSecond === null) return null;
  return perSecond > 0 ? { text: `${formatPerSecond(perSecond)} ▲`, tone: 'caution' } : { text: '0/s' };
}

/** For how long drops are counted, how many there are now, and what is in no row. */
export function dropsSegments({ filter }: TitleLook, view: DropsView | undefined): Segment[] {
  if (view === undefined) return [];
  const { sinceSeconds, perSecond, lost, filterPlace } = view;
  return [
    segment(1, `counted for ${formatDuration(sinceSeconds)}`, 'good'),
    segment(4, formatPerSecond(perSecond)),
    ...(lost > 0 ? [segment(2, `${formatCount(lost)} not counted`, 'bad')] : []),
    ...filterSegments(filter, filterPlace),
  ];
}
