import type { Verdict } from './verdict.ts';

/** What was seen of a connection since its inspector was first opened. */
export interface ConnectionWatch {
  /** Wall clock of the answer, microseconds since the epoch. */
  timeUs: number;
  /** From the first look that is kept to the newest one. */
  seconds: number;
  /** One value a look, oldest first; null: not known. */
  rttUs: (number | null)[];
  /** Segments. */
  congestionWindow: (number | null)[];
  inFlightBytes: (number | null)[];
  rxRate: (number | null)[];
  txRate: (number | null)[];
  /** Segments retransmitted since the look before. */
  retransmitted: number[];
  /** Oldest first. */
  events: WatchEvent[];
  /** null: it is not TCP, or there were not two looks yet. */
  verdict: Verdict | null;
}

/** Seen between two looks; the time is that of the later one. */
export type WatchEvent =
  | { kind: 'state'; timeUs: number; state: string }
  | { kind: 'retransmitted'; timeUs: number; segments: number };
