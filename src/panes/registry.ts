import {
  type ConnectionRow,
  type DropRow,
  type JourneyRow,
  PANE_NAMES,
  type PacketRow,
  type PaneName,
  type ProcessRow,
} from '../model/model.ts';
import { connections } from './connections/pane.ts';
import { drops } from './drops/pane.ts';
import { journeys } from './journeys/pane.ts';
import type { Pane } from './pane.ts';
import { processes } from './processes/pane.ts';
import { trace } from './trace/pane.ts';

/** Every pane by its name. */
export const panes: {
  processes: Pane<ProcessRow>;
  connections: Pane<ConnectionRow>;
  trace: Pane<PacketRow>;
  journeys: Pane<JourneyRow>;
  drops: Pane<DropRow>;
} & Record<PaneName, Pane<never>> = { processes, connections, trace, journeys, drops };

/** The trace, by packet or not. */
export const isTrace = (name: PaneName): boolean => panes[name].isLive === true;

/** Those on the screen from the start, in the order of their keys. */
export const FIRST_PANES: readonly PaneName[] = PANE_NAMES.filter((name) => panes[name] !== panes.journeys);

/** A value for each pane. */
export const byPane = <T>(value: (name: PaneName) => T): Record<PaneName, T> =>
  Object.fromEntries(PANE_NAMES.map((name) => [name, value(name)])) as Record<PaneName, T>;
