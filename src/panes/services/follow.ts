import type { Followed } from '../pane.ts';
import type { ServiceRow } from './row.ts';

/** The packets of a service. */
export function followService(row: ServiceRow | undefined): Followed {
  if (!row) return { message: 'no service to follow' };
  const port = `tcp port ${row.port}`;
  return {
    filter: row.netns === null ? port : `${port} and netns ${row.netns}`,
    flow: `${row.process ?? 'port'} ${row.port}`,
  };
}
