import type { ConnectionRow, PacketRow, PaneName, ProcessRow } from '../model.ts';
import { connections } from './connections.ts';
import type { Pane } from './pane.ts';
import { processes } from './processes.ts';
import { trace } from './trace.ts';

/** Every pane by its name. */
export const panes: {
  processes: Pane<ProcessRow>;
  connections: Pane<ConnectionRow>;
  trace: Pane<PacketRow>;
} & Record<PaneName, Pane<never>> = { processes, connections, trace };
