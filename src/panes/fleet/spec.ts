import type { FleetPaneName } from '../../model/panes.ts';
import type { Figure } from './figure.ts';

/** A label beside the machine's. */
export interface FleetLabel {
  name: string;
  title: string;
  about: string;
}

/** A pane of the fleet, as data: columns, orders, records and queries are made of it. */
export interface FleetSpec {
  pane: FleetPaneName;
  title: string;
  /** Of its records. */
  type: string;
  /** In sentences. */
  rows: string;
  /** As the terms of a filter say it. */
  rowsOf: string;
  /** What the command prints. */
  about: string;
  empty: string;
  share: number;
  slot: string;
  labels: readonly FleetLabel[];
  /** The first order is by the first of them, or by receive and transmit together where there is `rxRate`. */
  figures: readonly [Figure, ...Figure[]];
  /** Its series are the rows that there are. */
  metric: string;
  /** Rows are those alone of which this figure is above 0. */
  above?: string;
  /** The label that rows of all machines are put together by; absent: they are not. */
  over?: string;
}

/** The word for rows by machine and other labels, which is how they are put together first. */
export const BY_HOST = 'host';

/** The order by receive and transmit together. */
export const BOTH = 'rate';

/** Labels of a row beside the machine's, for a way to put rows together. */
export function labelsOf(spec: FleetSpec, group: string | undefined): readonly FleetLabel[] {
  const { labels, over } = spec;
  return isOverAll(spec, group) ? labels.filter(({ name }) => name === over) : labels;
}

/** Whether rows are of all machines together. */
export function isOverAll({ over }: FleetSpec, group: string | undefined): boolean {
  return over !== undefined && group === over;
}
