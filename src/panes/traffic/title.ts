import { formatRate } from '../../text/format.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { TitleLook } from '../pane.ts';
import type { TrafficView } from './row.ts';

export const notCountedText = (packets: number): string => `${packets} packets could not be counted`;

export function trafficSegments({ units }: TitleLook, view: TrafficView | undefined): Segment[] {
  if (view === undefined) return [];
  const { rxRate, txRate, notCounted } = view;
  return [
    segment(1, `↓ ${formatRate(rxRate, units)} ↑ ${formatRate(txRate, units)}`),
    ...(notCounted > 0 ? [segment(2, notCountedText(notCounted), 'bad')] : []),
  ];
}
