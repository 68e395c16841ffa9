import type { NamespaceCounters } from '../../capture/ledger/counter-losses.ts';
import type { Listening } from '../../capture/ledger/listening.ts';
import { cameNs, type ListeningPlace } from '../../capture/ledger/listening-place.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import type { NetCounters } from '../../capture/records/net-counters.ts';
import type { ListenerLook } from '../../model/listener-look.ts';
import { followListener, isSynQueueHigh, type ListenerTrend } from '../../model/listener-verdict.ts';

/** A SYN queue of which so much is taken may be the beginning of a flood: then the network namespace is asked. */
const ASK_SHARE = 0.25;
/** A short queue is half full in an ordinary moment. */
const FEW_HANDSHAKES = 16;

/** What is known of a listener. */
export interface Watched {
  place: ListeningPlace;
  trend: ListenerTrend;
  /** The look before; null: there was one alone. */
  before: ListenerLook | null;
  /** What is not shown: of before nettop came, or before the totals began anew. */
  past: ListenerCounts;
}

/** What a listener counts. */
export type ListenerCounts = Pick<
  ListenerLook,
  'accepted' | 'completed' | 'abandoned' | 'ended' | 'silent' | 'drops'
>;

/**
 * Looks at each listener once a tick, whether anybody looks at the pane or not: what it goes by was read for the
 * connections already, but for the counters of network namespaces, which are read where they matter.
 */
export class ListenerWatch {
  private watched = new Map<Socket, Watched>();
  private readonly accepted = new WeakMap<ListeningPlace, number>();
  private readonly firstCounters = new Map<number, NetCounters>();

  constructor(
    private readonly listening: Pick<Listening, 'placeOf'>,
    private readonly namespaces: NamespaceCounters,
  ) {}

  all(): ReadonlyMap<Socket, Watched> {
    return this.watched;
  }

  /** A SYN queue is so full that it matters whom it is full of. */
  get isHigh(): boolean {
    for (const { trend } of this.watched.values()) {
      const { look, cause, verdict } = trend;
      const isMany = isSynQueueHigh(look) && look.synQueue >= FEW_HANDSHAKES;
      if (isMany || cause === 'SYN flood' || verdict?.cause === 'SYN flood') return true;
    }
    return false;
  }

  /** `isShown`: somebody looks at what network namespaces count. */
  tick(nowNs: number, isShown: boolean): void {
    const isRead = isShown || this.isPressed();
    if (isRead) this.namespaces.tick(nowNs);
    const looks = new Map<ListeningPlace, PlaceLook>();
    const next = new Map<Socket, Watched>();
    for (const [socket, place] of this.listening.placeOf) {
      const common = looks.get(place) ?? this.lookAt(place, nowNs);
      looks.set(place, common);
      const look = lookOf(socket, common, isRead ? this.namespaces.now.get(socket.netns) : undefined, nowNs);
      const known = this.watched.get(socket);
      const trend = followListener(known?.trend ?? null, look);
      const past = known?.past ?? pastOf(socket, look);
      next.set(socket, { place, trend, before: known?.trend.look ?? null, past });
    }
    this.watched = next;
  }

  /** What a network namespace counted since it was first asked; null: it was not. */
  counted(netns: number): NetCounters['tcp'] | null {
    const now = this.namespaces.now.get(netns);
    if (!now) return null;
    const first = this.firstCounters.get(netns) ?? now;
    this.firstCounters.set(netns, first);
    const since = Object.entries(now.tcp).map(([name, count]) => [
      name,
      count - first.tcp[name as keyof NetCounters['tcp']],
    ]);
    return Object.fromEntries(since) as NetCounters['tcp'];
  }

  /** The counts that are shown begin anew. */
  reset(): void {
    for (const [socket, watched] of this.watched)
      this.watched.set(socket, { ...watched, past: watched.trend.look });
    this.firstCounters.clear();
  }

  private isPressed(): boolean {
    for (const { figures } of this.listening.placeOf.keys())
      if (figures.handshakes > 0 && figures.handshakes >= figures.sendQueue * ASK_SHARE) return true;
    return false;
  }

  private lookAt(place: ListeningPlace, nowNs: number): PlaceLook {
    let queued = 0;
    for (const { figures } of place.listeners) queued += figures.receiveQueue;
    const first = place.firstWaiting();
    const { completed, ended, silent, abandoned } = place;
    // what waited when nettop came was not seen to come: until it is taken the count would be below 0
    const accepted = Math.max(this.accepted.get(place) ?? 0, place.completedBefore - queued);
    this.accepted.set(place, accepted);
    return {
      completed,
      accepted,
      abandoned,
      ended,
      silent,
      longestWaitSeconds: first && Math.max(0, nowNs - cameNs(first)) / 1e9,
      handshakes: place.sources(),
    };
  }
}

/** Only what the socket itself counts is older than nettop's look at it. */
function pastOf({ openedNs }: Socket, { drops }: ListenerLook): ListenerCounts {
  const none = { accepted: 0, completed: 0, abandoned: 0, ended: 0, silent: 0 };
  return { ...none, drops: openedNs === 0 ? drops : 0 };
}

/** What all that listen at a place have in common. */
type PlaceLook = Pick<
  ListenerLook,
  'completed' | 'accepted' | 'abandoned' | 'ended' | 'silent' | 'longestWaitSeconds' | 'handshakes'
>;

function lookOf(
  { figures }: Socket,
  common: PlaceLook,
  counters: NetCounters | undefined,
  atNs: number,
): ListenerLook {
  const { receiveQueue, sendQueue, handshakes, young, drops } = figures;
  const {
    SyncookiesSent: sent = 0,
    SyncookiesRecv: received = 0,
    SyncookiesFailed: failed = 0,
  } = counters?.tcp ?? {};
  return Object.assign(
    {
      atNs,
      acceptQueue: receiveQueue,
      acceptLimit: sendQueue,
      synQueue: handshakes,
      young,
      synLimit: synLimit(sendQueue, counters),
      drops,
      cookies: counters ? { sent, received, failed } : null,
    },
    common,
  );
}

/** As inet_csk_reqsk_queue_is_full; where no cookies are sent, tcp_conn_request keeps a quarter for known clients. */
function synLimit(limit: number, counters: NetCounters | undefined): number {
  const { cookies = 1, handshakes = 0 } = counters?.limits ?? {};
  return cookies === 0 ? Math.min(limit, handshakes - (handshakes >> 2)) : limit;
}
