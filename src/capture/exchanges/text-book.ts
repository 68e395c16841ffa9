import { evictOldest } from '../../model/oldest.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import { copied } from '../records/piece.ts';
import type { TextPiece } from '../records/text-piece.ts';
import type { Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import { SPOKEN } from './spoken.ts';
import type { Talk } from './talk.ts';
import { talkerOf } from './talker.ts';

/** Sessions that are followed at once; the one that began first is given up. */
const MOST_SESSIONS = 65_536;
/** A session of which more is known to be said, bytes, has no socket that can be found. */
const MOST_WAITING = 262_144;
/** Of all sessions, bytes; the one that would wait beyond it is not told. */
const MOST_WAITING_OF_ALL = 67_108_864;
/** What a piece takes beside its bytes. */
const PIECE_BYTES = 500;
const SETTLED_NS = 1e9;
const UNPLACED_NS = 5e9;

/** A session of TLS; what it said waits until its socket is known. */
interface Session {
  waiting: TextPiece[] | null;
  waitingBytes: number;
  followed: { talker: Talker; talk: Talk } | null;
  seenNs: number;
}

/** Puts pieces of text within TLS together, by session. No socket is guessed: what has none is counted, and not told. */
export class TextBook {
  private readonly sessions = new Map<string, Session>();
  givenUp = 0;
  /** Sessions whose socket was not found. */
  unplaced = 0;
  private waitingBytes = 0;

  constructor(
    private readonly listener: Listener,
    private readonly wishes: HttpWishes,
  ) {}

  take(piece: TextPiece): void {
    const session = this.sessions.get(piece.session) ?? this.begin(piece);
    session.seenNs = piece.atNs;
    if (session.followed) session.followed.talk.piece(piece);
    else if (session.waiting === null) return;
    else if (piece.cookie === 0) this.wait(session, piece);
    else this.place(session, session.waiting, piece);
    if (session.followed?.talk.isClosed) this.sessions.delete(piece.session);
  }

  sweep(nowNs: number, isOpen: (cookie: number) => boolean): void {
    for (const [key, session] of this.sessions) {
      const { followed, seenNs } = session;
      followed?.talk.sweep(nowNs, notKnown);
      if (nowNs - seenNs < (followed ? SETTLED_NS : UNPLACED_NS)) continue;
      if (followed && (isOpen(followed.talker.cookie) || followed.talk.isWaiting)) continue;
      this.end(session, 'no answer');
      this.sessions.delete(key);
    }
  }

  /** Nothing more comes: what waits for its socket is placed no more, and is counted. */
  settle(): void {
    for (const [key, session] of this.sessions) {
      if (session.waiting === null) continue;
      this.end(session, 'no answer');
      this.sessions.delete(key);
    }
  }

  interrupt(): void {
    for (const session of this.sessions.values()) this.end(session, 'not followed');
    this.sessions.clear();
  }

  private begin(piece: TextPiece): Session {
    const session = { waiting: [], waitingBytes: 0, followed: null, seenNs: piece.atNs };
    this.sessions.set(piece.session, session);
    const oldest = evictOldest(this.sessions, MOST_SESSIONS);
    if (oldest) {
      this.givenUp++;
      this.end(oldest[1], 'no answer');
    }
    return session;
  }

  private wait(session: Session, piece: TextPiece): void {
    const size = PIECE_BYTES + piece.bytes.length;
    session.waitingBytes += size;
    this.waitingBytes += size;
    const hasRoom = session.waitingBytes < MOST_WAITING && this.waitingBytes < MOST_WAITING_OF_ALL;
    if (session.waiting && hasRoom) {
      session.waiting.push(copied(piece));
      return;
    }
    this.letGo(session);
    this.unplaced++;
  }

  private letGo(session: Session): void {
    this.waitingBytes -= session.waitingBytes;
    session.waitingBytes = 0;
    session.waiting = null;
  }

  /** The socket is known: what waited is of it. */
  private place(session: Session, waiting: readonly TextPiece[], piece: TextPiece): void {
    const [first = piece] = waiting;
    const spoken = SPOKEN[first.speech];
    this.letGo(session);
    if (!spoken) return;
    const talker = { ...talkerOf(piece), isText: true };
    const talk = spoken.follow(talker, this.listener, first, this.wishes);
    session.followed = { talker, talk };
    for (const one of [...waiting, piece]) talk.piece(one);
  }

  private end(session: Session, gap: RequestGap): void {
    session.followed?.talk.close(session.seenNs, gap);
    if (session.waiting !== null) this.unplaced++;
    this.letGo(session);
  }
}

/** Progress is the connection's, and not the text's. */
const notKnown = (): null => null;
