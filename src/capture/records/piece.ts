import type { Btf } from '../../../native/btf.ts';
import { codecOf, type Words } from '../../abi/layout.ts';
import { PIECE, PIECE_DIRECTION } from '../../abi/request.ts';

/** PIECE_DIRECTION */
export type Side = 0 | 1;

export const SIDES: readonly Side[] = [PIECE_DIRECTION.sent, PIECE_DIRECTION.received];
export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

/** How far a connection has come. Times are monotonic, ns; 0: it is not known. */
export interface Progress {
  /** When each direction moved last, and to where. */
  readonly lastNs: readonly [number, number];
  readonly next: readonly [number, number];
  /** By the process. */
  readonly read: number;
  readonly readNs: number;
  /** By the other side. */
  readonly acknowledged: number;
  readonly acknowledgedNs: number;
}

/** The same at the moment of a piece, or, without one, now. */
export interface Moment extends Progress {
  readonly atNs: number;
  /** null: no side said anything. */
  readonly side: Side | null;
  readonly sequence: number;
}

/**
 * struct piece, read in place: one object for all of a ring, filled anew by each read. Times are monotonic, ns;
 * sequence numbers are signed, as their differences are taken modulo 2^32.
 */
export interface Piece {
  atNs: number;
  /** 0: a listener's. */
  cookie: number;
  /** When each direction moved last, before this piece. */
  readonly lastNs: [number, number];
  /** Of the first piece of a connection: when its SYN went, and the answer to that came. */
  connectingNs: number;
  connectedNs: number;
  read: number;
  readNs: number;
  acknowledged: number;
  acknowledgedNs: number;
  sequence: number;
  turn: number;
  length: number;
  readonly next: [number, number];
  localPort: number;
  remotePort: number;
  number: number;
  side: Side;
  speech: number;
  flags: number;
  protocol: number;
  /** What was captured: valid until the next piece is read. */
  bytes: Uint8Array;
  local(): Words;
  remote(): Words;
}

const NO_PIECE = {
  atNs: 0,
  cookie: 0,
  connectingNs: 0,
  connectedNs: 0,
  read: 0,
  readNs: 0,
  acknowledged: 0,
  acknowledgedNs: 0,
  sequence: 0,
  turn: 0,
  length: 0,
  localPort: 0,
  remotePort: 0,
  number: 0,
  side: 0,
  speech: 0,
  flags: 0,
  protocol: 0,
} satisfies Partial<Piece>;

/** A reader of pieces out of the memory of a ring. `size`: of the record that a piece begins, before its bytes. */
export function pieceReader(
  btf: Btf,
  u8: Uint8Array,
  view: DataView,
  size = codecOf(btf, PIECE).size,
): (at: number) => Piece {
  const { get } = codecOf(btf, PIECE);
  let base = 0;
  const piece: Piece = {
    ...NO_PIECE,
    lastNs: [0, 0],
    next: [0, 0],
    bytes: u8.subarray(0, 0),
    local: () => get.local(view, base),
    remote: () => get.remote(view, base),
  };
  return (at) => {
    base = at;
    piece.atNs = get.at_ns(view, at);
    piece.cookie = get.cookie(view, at);
    piece.lastNs[0] = get.last_sent_ns(view, at);
    piece.lastNs[1] = get.last_received_ns(view, at);
    piece.connectingNs = get.connecting_ns(view, at);
    piece.connectedNs = get.connected_ns(view, at);
    piece.read = get.read(view, at);
    piece.readNs = get.read_ns(view, at);
    piece.acknowledged = get.acknowledged(view, at);
    piece.acknowledgedNs = get.acknowledged_ns(view, at);
    piece.sequence = get.sequence(view, at);
    piece.turn = get.turn(view, at);
    piece.length = get.length(view, at);
    piece.next[0] = get.next_sent(view, at);
    piece.next[1] = get.next_received(view, at);
    piece.localPort = get.local_port(view, at);
    piece.remotePort = get.remote_port(view, at);
    piece.number = get.number(view, at);
    piece.side = get.direction(view, at) === PIECE_DIRECTION.sent ? 0 : 1;
    piece.speech = get.speech(view, at);
    piece.flags = get.flags(view, at);
    piece.protocol = get.protocol(view, at);
    piece.bytes = u8.subarray(at + size, at + size + get.captured(view, at));
    return piece;
  };
}
