import type { ConnectionRow, DropRow, JourneyRow, PacketRow, PaneName, ProcessRow } from '../model/model.ts';
import { connections } from './connections/columns.ts';
import { drops } from './drops/columns.ts';
import { journeys } from './journeys/columns.ts';
import type { Pane } from './pane.ts';
import { processes } from './processes/columns.ts';
import { trace } from './trace/columns.ts';

/** Every pane by its name. */
export const panes: {
  processes: Pane<ProcessRow>;
  connections: Pane<ConnectionRow>;
  trace: Pane<PacketRow>;
  journeys: Pane<JourneyRow>;
  drops: Pane<DropRow>;
} & Record<PaneName, Pane<never>> = { processes, connections, trace, journeys, drops };
