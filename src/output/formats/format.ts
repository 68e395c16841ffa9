import type { RecordKind } from '../../model/record.ts';

/** A way to write records for programs. */
export interface Format {
  /** As --format takes it. */
  name: string;
  /** A few words for the help. */
  about: string;
  /** Records of several kinds may follow each other. */
  mixes: boolean;
  /** Lines before the first record of a kind. */
  header<R>(kind: RecordKind<R>): string[];
  /** One record; `timeUs`: when the line is made, microseconds since the epoch. */
  line<R>(kind: RecordKind<R>, row: R, timeUs: number): string;
}

/** ISO 8601 in UTC, with microseconds. */
export function isoTime(timeUs: number): string {
  const micros = String(Math.floor(timeUs % 1000)).padStart(3, '0');
  return new Date(Math.floor(timeUs / 1000)).toISOString().replace('Z', `${micros}Z`);
}
