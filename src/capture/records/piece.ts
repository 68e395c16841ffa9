import type { Btf } from '../../../native/btf.ts';
import { fromHalves, u32 } from '../../../native/fields.ts';
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

/** Bytes of a larger memory, without an object for each. */
export interface Span {
  memory: Uint8Array;
  from: number;
  length: number;
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
  /** What was captured: valid until the next piece is read. Made when it is asked for. */
  readonly bytes: Uint8Array;
  /** Where that lies; null: nowhere but in `bytes`. */
  readonly span: Span | null;
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

/** Where the bytes of the piece that was read last lie, and a view of them, once it was asked for. */
interface Place {
  readonly span: Span;
  bytes: Uint8Array | null;
}

function pieceOf(place: Place, local: () => Words, remote: () => Words): Piece {
  const { span } = place;
  return {
    ...NO_PIECE,
    lastNs: [0, 0],
    next: [0, 0],
    span,
    get bytes() {
      place.bytes ??= span.memory.subarray(span.from, span.from + span.length);
      return place.bytes;
    },
    local,
    remote,
  };
}

/**
 * A reader of pieces out of the memory of a ring, where they lie at whole words. `size`: of the record that a piece
 * begins, before its bytes. Tens of thousands come in a second: what is read as words needs no call for each member.
 */
export function pieceReader(
  btf: Btf,
  u8: Uint8Array,
  view: DataView,
  size = codecOf(btf, PIECE).size,
): (at: number) => Piece {
  const { get, at: places } = codecOf(btf, PIECE);
  const words = new Int32Array(u8.buffer, u8.byteOffset, u8.byteLength >> 2);
  const place: Place = { span: { memory: u8, from: 0, length: 0 }, bytes: null };
  let base = 0;
  const i32At = (member: number): number => words[(base + member) >> 2] as number;
  const u64At = (member: number): number => fromHalves(i32At(member) >>> 0, i32At(member + u32.size));
  const piece = pieceOf(
    place,
    () => get.local(view, base),
    () => get.remote(view, base),
  );
  return (at) => {
    base = at;
    piece.atNs = u64At(places.at_ns);
    piece.cookie = u64At(places.cookie);
    piece.lastNs[0] = u64At(places.last_sent_ns);
    piece.lastNs[1] = u64At(places.last_received_ns);
    piece.connectingNs = u64At(places.connecting_ns);
    piece.connectedNs = u64At(places.connected_ns);
    piece.read = i32At(places.read);
    piece.readNs = u64At(places.read_ns);
    piece.acknowledged = i32At(places.acknowledged);
    piece.acknowledgedNs = u64At(places.acknowledged_ns);
    piece.sequence = i32At(places.sequence);
    piece.turn = i32At(places.turn);
    piece.length = i32At(places.length) >>> 0;
    piece.next[0] = i32At(places.next_sent);
    piece.next[1] = i32At(places.next_received);
    piece.localPort = get.local_port(view, at);
    piece.remotePort = get.remote_port(view, at);
    piece.number = get.number(view, at);
    piece.side = get.direction(view, at) === PIECE_DIRECTION.sent ? 0 : 1;
    piece.speech = get.speech(view, at);
    piece.flags = get.flags(view, at);
    piece.protocol = get.protocol(view, at);
    place.span.from = at + size;
    place.span.length = get.captured(view, at);
    place.bytes = null;
    return piece;
  };
}

/** One that outlives the ring's memory. */
export function copied<P extends Piece>(piece: P): P {
  const { lastNs, next, bytes } = piece;
  return { ...piece, lastNs: [...lastNs], next: [...next], bytes: bytes.slice(), span: null };
}
