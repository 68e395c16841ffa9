import { copyOf } from './bytes.ts';
import { initialsOf, type QuicInitial } from './quic.ts';
import { type CryptoPiece, readInitialFrames } from './quic-frames.ts';
import { initialKeys, openPacket } from './quic-keys.ts';
import { helloLength, parseHello, type TlsHello } from './tls-hello.ts';

export type Side = 'client' | 'server';

const MAX_INITIALS = 8;
const MAX_PIECES = 128;
const MAX_HELLO = 16_384;

interface Half {
  pieces: CryptoPiece[];
  /** So many were opened or tried; opening one takes some 0.3 ms. */
  initials: number;
  hello: TlsHello | null;
  closed: string | null;
}

/**
 * The hellos of one QUIC connection, put together from its first datagrams as they come, in any order. Some have to be
 * whole: an Initial that is cut does not open. After eight Initials a side is given up.
 */
export class QuicHandshake {
  /** The id that the client chose: the keys of both sides follow from it. Known from the client's first datagram on. */
  #id: Uint8Array | null = null;
  #version: 1 | 2 | null = null;
  readonly #halves: Record<Side, Half> = { client: half(), server: half() };

  /** Takes a datagram that this side sent. Whether it began with a long header of a known version. */
  datagram(side: Side, bytes: Uint8Array): boolean {
    const initials = initialsOf(bytes);
    for (const initial of initials ?? []) this.#take(side, initial);
    return initials !== null;
  }

  /** The connection id that the client chose; null: none of its Initials was opened. */
  get id(): Uint8Array | null {
    return this.#id;
  }

  /** Of the last Initial that was opened. */
  get version(): 1 | 2 | null {
    return this.#version;
  }

  /** As far as it is known; null: nothing of it is. Text is safe to print. */
  hello(side: Side): TlsHello | null {
    return this.#halves[side].hello;
  }

  /** Why the side closed the connection in an Initial; null: it did not. */
  closed(side: Side): string | null {
    return this.#halves[side].closed;
  }

  /** Whether more datagrams of the side can tell more. */
  isDone(side: Side): boolean {
    const { hello, initials } = this.#halves[side];
    return hello?.partial === false || initials >= MAX_INITIALS;
  }

  #take(side: Side, initial: QuicInitial): void {
    if (initial.isCut || this.isDone(side)) return;
    const half = this.#halves[side];
    half.initials++;
    const payload = this.#open(side, initial);
    if (payload === null) return;
    const { pieces, closed } = readInitialFrames(payload);
    half.closed ??= closed;
    half.pieces = [...half.pieces, ...pieces].slice(0, MAX_PIECES);
    half.hello = parseHello(joined(half.pieces)) ?? half.hello;
  }

  /** A client's first Initial is opened by its own id, and after a Retry again; later ones by the first one's. */
  #open(side: Side, { version, destination, packet, numberAt }: QuicInitial): Buffer | null {
    const ids = [this.#id, side === 'client' ? destination : null];
    for (const id of ids) {
      const payload = id && openPacket(initialKeys(version, id, side), packet, numberAt);
      if (!payload) continue;
      this.#id = copyOf(id);
      this.#version = version.name;
      return payload;
    }
    return null;
  }
}

function half(): Half {
  return { pieces: [], initials: 0, hello: null, closed: null };
}

/** The stream from its beginning to the first gap, or to the end of the hello. */
function joined(pieces: readonly CryptoPiece[]): Uint8Array {
  const sorted = pieces.toSorted((one, other) => one.offset - other.offset);
  const furthest = Math.max(0, ...pieces.map(({ offset, bytes }) => offset + bytes.length));
  const stream = new Uint8Array(Math.min(MAX_HELLO, furthest));
  let length = 0;
  for (const { offset, bytes } of sorted) {
    if (offset > length || offset + bytes.length > stream.length) break;
    stream.set(bytes, offset);
    length = Math.max(length, offset + bytes.length);
  }
  const whole = helloLength(stream.subarray(0, length)) ?? length;
  return stream.subarray(0, Math.min(length, whole));
}
