/** A counter never falls; a gauge is as it is now; a histogram counts what is at most each of its bounds. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** What a monitoring system is told of under one name. */
export interface MetricFamily {
  /** By the conventions of Prometheus: its unit at the end, `_total` where it is a counter. */
  name: string;
  kind: MetricKind;
  help: string;
  labels: readonly string[];
  /** Of a histogram: upper bounds, rising, in the unit of the name; above the last there is one more. */
  bounds?: readonly number[];
}

/** One line, or the lines of one histogram. */
export interface MetricSeries {
  /** Values of the family's labels, in their order; safe to print, and not escaped. */
  labels: readonly string[];
  /** The number; of a histogram the sum of all that it counted. */
  value: number;
  /** Of a histogram: how many there were up to each bound and not up to the one before, the last above all. */
  buckets?: readonly number[];
}

/** What is left out of the series of their own, as there are too many, or they are gone. */
export const OTHER = 'other';
