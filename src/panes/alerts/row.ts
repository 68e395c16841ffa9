import type { Alert } from '../../model/alerts/alert.ts';
import type { AlertRule } from '../../model/alerts/rule.ts';
import type { View, ViewQuestion } from '../../model/panes.ts';

/** An alert as it was when it was told last. */
export interface AlertRow extends Alert {
  /** Of that: microseconds since the epoch. */
  timeUs: number;
}

export interface AlertsView extends View<AlertRow> {
  /** Sightings that found no room, as so many alerts are on. */
  left: number;
}

/** `isStreamed`: they are handed out one by one as they begin and end. `rules`: the user's own, from the first question on. */
export type AlertsQuestion = ViewQuestion & { isStreamed?: boolean; rules?: readonly AlertRule[] };

declare module '../../model/panes.ts' {
  interface Panes {
    alerts: PaneTypes<AlertRow, { row: AlertRow }, AlertsView, AlertsQuestion>;
  }
}

declare module '../../model/source.ts' {
  interface Streams {
    alerts: AlertRow[];
  }
}
