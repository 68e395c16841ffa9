import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatRate,
  type Units,
} from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';

export type FigureUnit = 'bytesPerSecond' | 'bytes' | 'perSecond' | 'count' | 'seconds' | 'age';

/** What is asked of a metric's series, summed up over a row's: their rate, their value now, a percentile; or how old the newest is. */
export type FigureKind = 'rate' | 'now' | 'p95' | 'age';

/** A number of a row: a column, an order, a field of the record, and what the server is asked for. */
export interface Figure {
  id: string;
  title: string;
  /** Of its order. */
  label: string;
  /** Its field in the record. */
  field: string;
  about: string;
  unit: FigureUnit;
  /** Of the column: 0 stays longest. */
  priority: number;
  /** Its column is there only where the others are wide enough. */
  isExtra?: true;
  metric: string;
  kind: FigureKind;
  /** Matchers of other labels, as the server takes them. */
  where?: string;
  /** Of a value above 0. */
  tone?: Tone;
}

/** As people read it. */
export function formatFigure(unit: FigureUnit, value: number | null, units: Units): string {
  if (value === null) return '-';
  switch (unit) {
    case 'bytesPerSecond':
      return formatRate(value, units);
    case 'bytes':
      return formatBytes(value, units);
    case 'perSecond':
      return `${value > 0 && value < 9.95 ? value.toFixed(value < 0.1 ? 2 : 1) : formatCount(value)}/s`;
    case 'count':
      return formatCount(value);
    case 'seconds':
      return formatMicroseconds(value * 1e6);
    case 'age':
      return formatDuration(value);
  }
}

/** Decimals that a record has of it. */
export const DIGITS: Readonly<Record<FigureUnit, number>> = {
  bytesPerSecond: 0,
  bytes: 0,
  perSecond: 3,
  count: 0,
  seconds: 6,
  age: 3,
};
