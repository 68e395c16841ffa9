/** What a row says to programs: its fields as data. JSON, CSV and the reference in docs/ are made of them. */

export type FieldType = 'string' | 'number' | 'boolean' | 'time' | 'array' | 'object' | 'any';

export interface Field<R> {
  /** As in JSON; of a number it ends with its unit: Bytes, Microseconds, Seconds, PerSecond. */
  name: string;
  type: FieldType;
  /** Markdown, a few words or sentences. */
  about: string;
  /** Where it is null; null: it never is. */
  absent: string | null;
  value(row: R, timeUs: number): unknown;
  /** Of an object, in order. */
  fields?: readonly Field<never>[];
}

/** A kind of record. `type` is its field of that name. */
export interface RecordKind<R> {
  type: string;
  /** What prints it, as Markdown. */
  about: string;
  fields: readonly Field<R>[];
}

type Value<R, T> = (row: R, timeUs: number) => T;
/** A value that may be null takes the word when it is. */
interface Maker<T> {
  <R>(name: string, value: Value<R, T>, about: string): Field<R>;
  <R>(name: string, value: Value<R, T | null>, about: string, absent: string | null): Field<R>;
}

const maker =
  <T>(type: FieldType): Maker<T> =>
  <R>(name: string, value: Value<R, T | null>, about: string, absent: string | null = null): Field<R> => ({
    name,
    type,
    about,
    absent,
    value,
  });

export const string = maker<string>('string');
export const number = maker<number>('number');
export const boolean = maker<boolean>('boolean');
/** Of microseconds since the epoch. */
export const time = maker<number>('time');
/** Of strings, or of objects that `about` tells. */
export const array = maker<readonly unknown[]>('array');

/** Text or a boolean. */
export const any = maker<string | boolean>('any');

/** An object with fields of its own; their values are asked of what `value` gives. */
export function object<R, O>(
  name: string,
  value: Value<R, O | null>,
  fields: readonly Field<O>[],
  about = '',
  absent: string | null = null,
): Field<R> {
  return { name, type: 'object', about, absent, value, fields: fields as readonly Field<never>[] };
}

/** A number to `digits` places. */
export function rounded(value: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(value * unit) / unit;
}

/** A rate over the last interval, in whole units. */
export const rate = <R>(
  name: string,
  value: (row: R) => number | null,
  about = 'over the last interval',
): Field<R> =>
  number(
    name,
    (row: R) => {
      const perSecond = value(row);
      return perSecond === null ? null : Math.round(perSecond);
    },
    about,
    'where it was not counted for long enough',
  );
