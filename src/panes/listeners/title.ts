import type { Status } from '../../model/model.ts';
import { type Segment, segment } from '../../text/span.ts';
import type { TabNumber } from '../pane.ts';
import type { ListenersView } from './row.ts';

/** How many have a verdict. */
export function listenersSegments(_: unknown, view: ListenersView | undefined): Segment[] {
  if (view === undefined) return [];
  return view.troubled > 0
    ? [segment(2, `${view.troubled} in trouble`, 'bad')]
    : [segment(3, 'none in trouble', 'good')];
}

export function listenersTab(_: Status, { troubled, total }: ListenersView): TabNumber | null {
  return troubled > 0 ? { text: `${troubled} ▲`, tone: 'caution' } : { text: String(total) };
}
