import type { Followed } from '../pane.ts';
import type { ListenerRow } from './row.ts';

/** The packets that come to a listener's port, and the answers. */
export function followListener(row: ListenerRow | undefined): Followed {
  if (!row) return { message: 'no listener to follow' };
  const port = `tcp port ${row.localPort}`;
  return {
    filter: row.netns === null ? port : `${port} and netns ${row.netns}`,
    flow: `${row.process ?? 'port'} ${row.localPort}`,
  };
}
