import type { Moment, Piece } from '../../capture/records/piece.ts';
import type { RequestNeeds } from '../../filter/needs.ts';

export interface PieceLoss {
  /** Requests that cannot be what is wanted, and are not told: no loss. */
  leftOut: number;
  /** Requests that found no room in the ring, answers included. */
  requests: number;
  /** Pieces of DNS that found none, and those of them that are queries, whose answers may be told. */
  messages: number;
  queries: number;
  /** Other pieces that found none, of DNS too. */
  pieces: number;
  /** Packets of sockets that found no memory to be followed. */
  unfollowed: number;
  /** Requests and handshakes beyond the rate limit, each once; of QUIC at each end. */
  heldBack: number;
}

/** What sockets say to each other, as it is said, while somebody looks. */
export interface RequestFeed {
  /** `namesAlone`: no more is told than names need: DNS, and of other connections how the client begins. */
  start(namesAlone: boolean): void;
  pause(): void;
  /** Tells of those requests alone that have what is needed, as far as the kernel can know; null: of all. */
  want(needs: RequestNeeds | null): void;
  /** Visits what waits; a piece is valid until the visit returns. Returns how many there were. */
  drain(visit: (piece: Piece) => void): number;
  /** Since the first start. */
  loss(): PieceLoss;
  /** How far its connection has come by now; null: not known. Valid until the next one is asked for. */
  progress(cookie: number): Moment | null;
  stop(): void;
}
