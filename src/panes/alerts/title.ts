import type { Status } from '../../model/model.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { TabNumber } from '../pane.ts';
import type { AlertsView } from './row.ts';

/** How many are on. */
export function alertsTab({ alerts }: Status): TabNumber | null {
  if (alerts === null) return null;
  return alerts.count > 0 ? { text: `${alerts.count} ▲`, tone: 'bad' } : { text: '0' };
}

export function alertsSegments(_: unknown, view: AlertsView | undefined): Segment[] {
  return view && view.left > 0 ? [segment(2, `${view.left} sightings had no room`, 'bad')] : [];
}
