import { between } from '../flow-filter.ts';
import type { Followed } from '../pane.ts';
import { formatFlow } from './columns.ts';
import type { DroppedPacket, DropRow } from './row.ts';

/** Both directions of the flow that the packet belongs to; null for what is not IP. */
export function flowFilter({ protocol, ...ends }: DroppedPacket): string | null {
  if (ends.source === '') return null;
  const source = { address: ends.source, port: ends.sourcePort ?? 0 };
  const destination = { address: ends.destination, port: ends.destinationPort ?? 0 };
  return between(/^\d+$/.test(protocol) ? `proto ${protocol} and` : protocol, source, destination);
}

/** The flow of the newest packet of a row of drops. */
export function followDrop(row: DropRow | undefined): Followed {
  const last = row?.last;
  if (!last) return { message: 'no packet to follow' };
  const filter = flowFilter(last);
  return filter === null
    ? { message: `${formatFlow(last)} is no flow: no addresses` }
    : { filter, flow: formatFlow(last) };
}
