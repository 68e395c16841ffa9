/** A process that speaks TLS, of which no text is seen. */
export interface HiddenText {
  pid: number;
  process: string;
  why: string;
}

/** Text within TLS, where it is read. */
export interface TextTotals {
  /** Whose functions are watched. */
  files: number;
  /** Sessions whose socket was not found: nothing of them is told. */
  unplaced: number;
  /** Processes whose text is not seen. */
  hidden: HiddenText[];
  /** Sessions that were given up, as there were too many. */
  givenUp: number;
  /** Pieces that found no room in the kernel's ring: their rows say so. */
  pieces: number;
  /** Calls that found no room to be noted: likewise. */
  calls: number;
}
