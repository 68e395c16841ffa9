import type { RequestGap } from '../../panes/requests/row.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import type { Moment, Piece } from '../records/piece.ts';
import type { Exchange, Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';

/** How far a socket's connection has come, by its cookie; null: it is not known. */
export type ProgressOf = (cookie: number) => Moment | null;

/** A request of HTTP/1 that was answered with a change to HTTP/2: its answer is on that one's first stream. */
export interface Upgrade {
  exchange: Exchange;
  /** What the server said since: copies. */
  pieces: Piece[];
}

/** What is said on one connection, or by one UDP socket, in one protocol. */
export interface Talk {
  /** Nothing more is wanted of it. */
  readonly isClosed: boolean;
  /** An answer is waited for, though the socket be gone. */
  readonly isWaiting: boolean;
  readonly upgrade?: Upgrade | null;
  piece(piece: Piece): void;
  /** What waits too long, and what ended since the last piece. */
  sweep(nowNs: number, progressOf: ProgressOf): void;
  /** The connection is over: what has no answer now never will. */
  close(atNs: number, gap: RequestGap): void;
}

/** A protocol that is followed. */
export interface Spoken {
  /** Whether one can begin with a piece: the kernel goes by a few bytes, and may have lost some. */
  begins(piece: Piece): boolean;
  follow(
    talker: Talker,
    listener: Listener,
    piece: Piece,
    wishes: HttpWishes,
    upgrade?: Upgrade | null,
  ): Talk;
}
