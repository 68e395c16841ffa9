import type { Status } from '../../model/model.ts';
import { formatCount } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { TabNumber } from '../pane.ts';
import { REQUEST_PROTOCOLS, type RequestsView } from './row.ts';

const lostOf = ({ lost }: RequestsView): number =>
  lost.requests + lost.pieces + lost.unfollowed + lost.givenUp;

/** What of requests is in no row. */
export function requestsSegments(_: unknown, view: RequestsView | undefined): Segment[] {
  if (view === undefined) return [];
  const lost = lostOf(view);
  const { heldBack } = view.lost;
  return [
    ...(heldBack > 0 ? [segment(2, `${formatCount(heldBack)} over the limit`, 'bad')] : []),
    ...(lost > 0 ? [segment(2, `${formatCount(lost)} lost`, 'bad')] : []),
  ];
}

/** How many there were. */
export function requestsTab(_: Status, view: RequestsView): TabNumber | null {
  return { text: formatCount(REQUEST_PROTOCOLS.reduce((sum, protocol) => sum + view[protocol], 0)) };
}
