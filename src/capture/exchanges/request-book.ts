import { evictOldest } from '../../model/oldest.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import type { Piece } from '../records/piece.ts';
import { BothEnds } from './both-ends.ts';
import type { Exchange, Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import { SPOKEN } from './spoken.ts';
import type { ProgressOf, Talk, Upgrade } from './talk.ts';
import { talkerOf } from './talker.ts';

/** Connections that are followed at once; the one that began first is given up. */
const MOST_TALKS = 65_536;
/** The same of those that have no socket yet. */
const MOST_STRANGERS = 4096;
/** What came of a socket has come, so long after it spoke last. */
const SETTLED_NS = 1e9;

/** Who is told of exchanges. */
export interface BookListener extends Listener {
  /** It was seen at its other end before. */
  joined(exchange: Exchange): void;
}

interface Followed {
  talker: Talker;
  talk: Talk;
  speech: number;
  seenNs: number;
  /** Of each side's last piece; 0: there was none. */
  readonly numbers: [number, number];
}

/** Puts pieces together to requests and answers, by the socket that they are of. */
export class RequestBook {
  /** By cookie. */
  private readonly talks = new Map<number, Followed>();
  /** What listeners' pieces began, by addresses, until their sockets speak. */
  private readonly strangers = new Map<string, Followed>();
  /** Given up as there were too many. */
  givenUp = 0;
  private readonly listener: Listener;

  constructor(
    listener: BookListener,
    private readonly wishes: HttpWishes,
  ) {
    const ends = new BothEnds();
    this.listener = {
      began: (exchange) => {
        listener.began(exchange);
        if (ends.join(exchange)) listener.joined(exchange);
      },
      done: (exchange) => listener.done(exchange),
      named: (exchange, addresses) => listener.named?.(exchange, addresses),
      spare: () => listener.spare?.(),
      claimQuery: () => listener.claimQuery?.() ?? false,
      hasLostSince: (ns) => listener.hasLostSince?.(ns) ?? false,
    };
  }

  take(piece: Piece): void {
    const followed = this.find(piece);
    if (!followed) return;
    followed.seenNs = piece.atNs;
    followed.numbers[piece.side] = piece.number;
    followed.talk.piece(piece);
    if (followed.talk.isClosed) this.talks.delete(followed.talker.cookie);
  }

  /** What waits too long, and what is of sockets that are gone, is told as such. */
  sweep(nowNs: number, isOpen: (cookie: number) => boolean, progressOf: ProgressOf): void {
    for (const [cookie, followed] of this.talks) {
      const { talk, seenNs } = followed;
      talk.sweep(nowNs, progressOf);
      if (nowNs - seenNs < SETTLED_NS || isOpen(cookie) || talk.isWaiting) continue;
      this.end(followed);
      this.talks.delete(cookie);
    }
    for (const [key, followed] of this.strangers) {
      if (nowNs - followed.seenNs < SETTLED_NS) break; // the rest is younger
      this.end(followed);
      this.strangers.delete(key);
    }
  }

  /** Nothing is told for a while: what is under way will not be known, and what comes later begins anew. */
  interrupt(): void {
    for (const followed of [...this.talks.values(), ...this.strangers.values()])
      this.end(followed, 'not followed');
    this.talks.clear();
    this.strangers.clear();
  }

  private find(piece: Piece): Followed | undefined {
    const { talks, strangers } = this;
    const { cookie } = piece;
    if (cookie !== 0) {
      const known = this.known(piece) ?? this.adopt(piece);
      if (known?.speech === piece.speech) return known;
      if (known) this.end(known, 'not followed'); // it goes on in another protocol
      talks.delete(cookie);
      return this.follow(talks, cookie, MOST_TALKS, piece, known?.talk.upgrade);
    }
    const key = flowKey(piece);
    return strangers.get(key) ?? this.follow(strangers, key, MOST_STRANGERS, piece);
  }

  /** Before Linux 5.12 a cookie is an address, which another connection may have by now. */
  private known(piece: Piece): Followed | undefined {
    const known = this.talks.get(piece.cookie);
    if (!known || !isAnother(known, piece)) return known;
    this.end(known);
    this.talks.delete(piece.cookie);
    return undefined;
  }

  /** The socket of what a listener's piece began. */
  private adopt(piece: Piece): Followed | undefined {
    if (this.strangers.size === 0) return undefined;
    const key = flowKey(piece);
    const found = this.strangers.get(key);
    if (!found) return undefined;
    this.strangers.delete(key);
    found.talker.cookie = piece.cookie;
    this.talks.set(piece.cookie, found);
    return found;
  }

  private follow<Key>(
    among: Map<Key, Followed>,
    key: Key,
    most: number,
    piece: Piece,
    upgrade: Upgrade | null = null,
  ): Followed | undefined {
    const begun = begin(piece, this.listener, this.wishes, upgrade);
    if (!begun) return undefined;
    among.set(key, begun);
    const oldest = evictOldest(among, most);
    if (oldest) {
      this.givenUp++;
      this.end(oldest[1]);
    }
    return begun;
  }

  private end({ talk, seenNs }: Followed, gap: RequestGap = 'no answer'): void {
    talk.close(seenNs, gap);
  }
}

/** Pieces are counted from 1 on, in 16 bits. Where addresses are translated one of the ports differs by direction. */
function isAnother({ talker, numbers }: Followed, { side, number, localPort, remotePort }: Piece): boolean {
  if (number !== 1) return false;
  return numbers[side] !== 0 || (talker.localPort !== localPort && talker.remotePort !== remotePort);
}

function begin(
  piece: Piece,
  listener: Listener,
  wishes: HttpWishes,
  upgrade: Upgrade | null,
): Followed | undefined {
  if (piece.length === 0) return undefined; // the end of what was over
  const spoken = SPOKEN[piece.speech];
  if (!spoken?.begins(piece)) return undefined;
  const talker = talkerOf(piece);
  const talk = spoken.follow(talker, listener, piece, wishes, upgrade);
  return { talker, talk, speech: piece.speech, seenNs: piece.atNs, numbers: [0, 0] };
}

const flowKey = (piece: Piece): string =>
  `${piece.local().join()} ${piece.localPort} ${piece.remote().join()} ${piece.remotePort}`;
