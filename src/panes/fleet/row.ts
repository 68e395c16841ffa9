import type { FleetPaneName, PaneTypes, View } from '../../model/panes.ts';

/** One of a machine's processes, drop reasons, listeners or alerts, or the machine itself. */
export interface FleetRow {
  key: string;
  /** The machine, safe to print; null: all that have such a one. */
  host: string | null;
  /** Machines that are in the row; null: not asked yet. */
  hosts: number | null;
  /** Other labels by their names, safe to print. */
  labels: Readonly<Record<string, string>>;
  /** By their ids; null: the server has none. */
  figures: Readonly<Record<string, number | null>>;
  /** Seconds since the machine last reported; null: not known, or there are several. */
  ageSeconds: number | null;
  /** It has stopped to report. */
  isStale: boolean;
}

export interface FleetView extends View<FleetRow> {
  /** Rows that the server has; of these `total` were fetched. null: not known. */
  all: number | null;
}

/** Rows of another pane that belong to a row, those that come first in its order. */
export interface FleetPart {
  pane: FleetPaneName;
  rows: readonly FleetRow[];
  all: number | null;
}

export interface FleetInspection {
  row: FleetRow;
  parts: readonly FleetPart[];
}

type FleetPane = PaneTypes<FleetRow, FleetInspection, FleetView>;

declare module '../../model/panes.ts' {
  interface Panes {
    'fleet-hosts': FleetPane;
    'fleet-processes': FleetPane;
    'fleet-drops': FleetPane;
    'fleet-listeners': FleetPane;
    'fleet-alerts': FleetPane;
  }
}
