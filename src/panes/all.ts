import type { ConnectionRow, DropRow, JourneyRow, PacketRow, PaneName, ProcessRow } from '../model.ts';
import { connections } from './connections.ts';
import { drops } from './drops.ts';
import { journeys } from './journeys.ts';
import type { Pane } from './pane.ts';
import { processes } from './processes.ts';
import { trace } from './trace.ts';

/** Every pane by its name. */
export const panes: {
  processes: Pane<ProcessRow>;
  connections: Pane<ConnectionRow>;
  trace: Pane<PacketRow>;
  journeys: Pane<JourneyRow>;
  drops: Pane<DropRow>;
} & Record<PaneName, Pane<never>> = { processes, connections, trace, journeys, drops };
