import type { Status } from '../../model/model.ts';
import { formatPerSecond } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { TabNumber } from '../pane.ts';
import type { ServicesLoss, ServicesView } from './row.ts';

export const isLost = ({ answers, unfollowed, evicted }: ServicesLoss): boolean =>
  answers + unfollowed + evicted > 0;

/** What is in no row, as sentences. */
export function lossText({ answers, unfollowed, evicted }: ServicesLoss): string[] {
  return [
    ...(answers > 0 ? [`${answers} answers found no room in the kernel`] : []),
    ...(unfollowed > 0 ? [`${unfollowed} packets were of sockets that could not be followed`] : []),
    ...(evicted > 0 ? [`${evicted} services made room for others`] : []),
  ];
}

export function servicesSegments(_: unknown, view: ServicesView | undefined): Segment[] {
  if (view === undefined) return [];
  return [
    segment(3, formatPerSecond(view.perSecond)),
    ...lossText(view.lost).map((text) => segment(2, text, 'bad')),
  ];
}

/** Answers per second. */
export function servicesTab(_: Status, { perSecond }: ServicesView): TabNumber | null {
  return perSecond === null ? null : { text: formatPerSecond(perSecond) };
}
