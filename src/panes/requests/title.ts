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
    ...(heldBack > 0 ? [missing(`${formatCount(heldBack)} over the limit`, formatCount(heldBack))] : []),
    ...(lost > 0 ? [missing(`${formatCount(lost)} lost`)] : []),
  ];
}

/** Counts and rates are not those of all: that is said before the other tabs are. */
const missing = (text: string, short?: string): Segment => ({
  ...segment(1, text, 'bad'),
  short: segment(-1, short === undefined ? text : `${short} over`, 'bad'),
});

/** How many there were. */
export function requestsTab(_: Status, view: RequestsView): TabNumber | null {
  return { text: formatCount(REQUEST_PROTOCOLS.reduce((sum, protocol) => sum + view[protocol], 0)) };
}
