import { between } from '../flow-filter.ts';
import type { Followed } from '../pane.ts';
import type { RequestRow } from './row.ts';
import { formatFar } from './text.ts';

/** The packets of a request's connection. */
export function followRequest(row: RequestRow | undefined): Followed {
  if (!row) return { message: 'no request to follow' };
  if (row.group) return { message: 'a group of requests has no connection of its own' };
  const local = { address: row.localAddress, port: row.localPort };
  const remote = { address: row.remoteAddress, port: row.remotePort };
  const flow = between(row.transport, local, remote);
  return {
    filter:
      row.netns === null || (row.peer && row.peer.netns !== row.netns)
        ? flow
        : `${flow} and netns ${row.netns}`,
    flow: `${row.transport} → ${formatFar(row)}`,
  };
}
