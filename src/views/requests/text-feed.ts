import type { TextPiece } from '../../capture/records/text-piece.ts';

/** Whose text is wanted. */
export interface Chosen {
  /** Of a process: none, its own alone, or that of all who have its files. */
  of(pid: number, command: string): 'no' | 'process' | 'file';
  /** Of processes too that there are not yet. */
  anybody: boolean;
}

export interface TextLoss {
  /** Pieces that found no room in the ring: their requests say so. */
  pieces: number;
  /** Calls that found no room to be noted. */
  calls: number;
}

/** Text within TLS, as programs hand it to their libraries, while somebody asks for it. */
export interface TextFeed {
  /** Files whose functions are watched. */
  readonly watched: number;
  /** Why the kernel refused to watch a file; null: it refused none. */
  readonly refused: string | null;
  /** Watches what is chosen, of processes that came since too. */
  watch(chosen: Chosen, nowNs: number): void;
  /** A file that somebody will run soon. */
  expect(program: string): void;
  /** Why the text of a process is not seen; null: it is, or the process is gone. */
  invisible(pid: number): string | null;
  pause(): void;
  drain(visit: (piece: TextPiece) => void): number;
  loss(): TextLoss;
  stop(): void;
}
