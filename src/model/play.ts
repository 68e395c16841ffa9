/** Where to go in a recording: to a moment, microseconds since the epoch, so far from here, or to the next reading. */
export type Seek = { toUs: number } | { byUs: number } | 'step';

/** How a recording is played; part of the question. */
export interface Play {
  isPaused: boolean;
  /** Recorded seconds in a second. */
  speed: number;
  /** Rises by one with each wish to go elsewhere. */
  seeks: number;
  seek: Seek | null;
}

/** Where in a recording the answer is from; wall clock, microseconds since the epoch. */
export interface Playing {
  fromUs: number;
  /** null: it is still being written. */
  untilUs: number | null;
  atUs: number;
  /** All of it was told. */
  isOver: boolean;
  /** It is on its way to another moment. */
  isSeeking: boolean;
  /** What could not be read of it, as sentences. */
  damage: readonly string[];
}
