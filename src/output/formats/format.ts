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

/** The last second of isoTime, and its text up to the second: most lines are of the same one as the line before. */
let [second, text] = [Number.NaN, ''];

/** ISO 8601 in UTC, with microseconds. */
export function isoTime(timeUs: number): string {
  const seconds = Math.floor(timeUs / 1_000_000);
  if (seconds !== second) {
    text = new Date(seconds * 1000).toISOString().slice(0, -'000Z'.length);
    second = seconds;
  }
  const micros = Math.floor(timeUs) - seconds * 1_000_000;
  return `${text}${String(micros).padStart(6, '0')}Z`;
}
