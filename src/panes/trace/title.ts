import type { Status } from '../../model/model.ts';
import { formatCount, formatPerSecond } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import { filterSegments } from '../filter-segment.ts';
import type { TabNumber, TitleLook } from '../pane.ts';

function traceState({ status, frozen, isHidden, isFollowing }: TitleLook): Segment {
  if (frozen) return segment(1, `FROZEN +${formatCount(status.frozenPackets)}`, 'inverse');
  if (isHidden) return segment(1, 'off while hidden', 'muted');
  if (status.trace === 'off') return segment(1, 'off', 'muted');
  if (status.attaching)
    return segment(1, `attaching ${status.attaching.done} of ${status.attaching.total}`, 'caution');
  return isFollowing ? segment(1, 'live', 'good') : segment(1, 'live, G follows', 'good');
}

/** Events per second, while it runs. */
export function traceTab({ trace, eventsPerSecond }: Status): TabNumber {
  return { text: trace === 'live' ? formatPerSecond(eventsPerSecond) : 'off' };
}

/** Whether the trace runs, how much comes, and what is held back. */
export function traceSegments(look: TitleLook): Segment[] {
  const { status, frozen, filter } = look;
  const held = status.lostPerSecond.rateLimited;
  const passing = status.trace === 'live' && !frozen;
  return [
    traceState(look),
    ...(passing ? [segment(4, `${formatPerSecond(status.eventsPerSecond)} shown`)] : []),
    ...(held > 0 ? [segment(2, `${formatCount(held)}/s over the limit`, 'bad')] : []),
    ...filterSegments(filter, status.filterPlace),
  ];
}
