import type { ListenerLook } from './listener-look.ts';

/** By gravity: one that stands gives way to one before it. */
export const LISTENER_CAUSES = [
  'slow accept',
  'SYN flood',
  'connection flood',
  'answers lost',
  'burst',
] as const;
export type ListenerCause = (typeof LISTENER_CAUSES)[number];

/** Per second, smoothed. */
export interface ListenerRates {
  completed: number;
  accepted: number;
  /** Handshakes that are not answered: those that came to nothing, and by how many the queue grew. */
  unanswered: number;
  ended: number;
  silent: number;
  drops: number;
  cookiesSent: number;
  cookiesReceived: number;
}

/** What troubles a listener, with the figures that say so. */
export interface ListenerVerdict {
  cause: ListenerCause;
  /** When it was first so, monotonic. */
  sinceNs: number;
  /** At the last look at which it was so. */
  look: ListenerLook;
  rates: ListenerRates;
  /** The fullest that the accept queue was lately, as a part of its limit. */
  peak: number;
}

/** What is known of a listener after some looks. */
export interface ListenerTrend {
  look: ListenerLook;
  rates: ListenerRates;
  peak: number;
  /** What the last look says, and how many said the same in a row. */
  cause: ListenerCause | null;
  run: number;
  /** Looks in a row that did not say what the verdict says. */
  missed: number;
  verdict: ListenerVerdict | null;
}

/** Where one thing becomes another, and why there. */
export const LISTENER_THRESHOLDS = {
  /** Long enough that one burst is no rule, short enough to show what changes. */
  smoothSeconds: 10,
  /** Two looks may both fall on a moment that is none of the rule; three do so seldom. */
  fireLooks: 3,
  /** What comes and goes is one trouble, not many. */
  clearLooks: 10,
  /** The kernel refuses from the limit on; a program that takes some of them leaves it just below. */
  full: 0.9,
  /** A client sends its SYN again after a second (RFC 6298): the queue is to be empty before that. */
  acceptSeconds: 1,
  /** Handshakes take one round trip: half a queue of those that do not end has no other cause than no answer. */
  synShare: 0.5,
  /** Of handshakes begun: below the first nobody is there, above the second the clients are real. */
  fewCompleted: 0.1,
  mostCompleted: 0.9,
  /** Networks that do not answer: a fault on the way is of a few, made-up addresses are of many. */
  manyNetworks: 16,
  /** From few networks so many a second are no clients whose answers are lost: those wait 1, 2, 4 s for each try. */
  floodPerSecond: 20,
  /** One browser makes up to six connections, and a client that has gone leaves one. */
  stuckHandshakes: 5,
  /** Health checks of some ten load balancers are fewer. */
  silentPerSecond: 20,
  /** Of connections that ended, those that said nothing. */
  silentShare: 0.9,
  /** A queue with room for a few is full with a few: that is no burst. */
  burstConnections: 16,
  /** A queue that is half full may be full between two looks. */
  burstShare: 0.5,
} as const;

const LIMITS = LISTENER_THRESHOLDS;

/** What is known of a listener after one more look. `before`: after the one before it; null: it is the first. */
export function followListener(before: ListenerTrend | null, look: ListenerLook): ListenerTrend {
  const rates = before ? smoothed(before, look) : NO_RATES;
  const faded = before ? before.peak * Math.exp(-secondsOf(before.look, look) / LIMITS.smoothSeconds) : 0;
  const fill = before && wasFull(before.look, look) ? 1 : 0;
  const peak = Math.max(faded, fill, fillOf(look));
  const cause = before && causeOf(before.look, look, rates, peak);
  const run = cause === null ? 0 : cause === before?.cause ? before.run + 1 : 1;
  const trend = { look, rates, peak, cause, run };
  return { ...trend, ...standing(before, trend) };
}

type Judged = Omit<ListenerTrend, 'missed' | 'verdict'>;

/** A verdict comes after some looks that agree, and goes after more that do not. */
function standing(
  before: ListenerTrend | null,
  { look, rates, peak, cause, run }: Judged,
): Pick<ListenerTrend, 'missed' | 'verdict'> {
  const known = before?.verdict ?? null;
  if (cause !== null && cause === known?.cause)
    return { missed: 0, verdict: { ...known, look, rates, peak } };
  const missed = (before?.missed ?? 0) + 1;
  const isGraver = known === null || missed >= LIMITS.clearLooks || gravity(cause) < gravity(known.cause);
  if (cause !== null && run >= LIMITS.fireLooks && isGraver)
    return { missed: 0, verdict: { cause, sinceNs: look.atNs, look, rates, peak } };
  return { missed, verdict: missed < LIMITS.clearLooks ? known : null };
}

const gravity = (cause: ListenerCause | null): number =>
  cause === null ? LISTENER_CAUSES.length : LISTENER_CAUSES.indexOf(cause);

const NO_RATES: ListenerRates = {
  completed: 0,
  accepted: 0,
  unanswered: 0,
  ended: 0,
  silent: 0,
  drops: 0,
  cookiesSent: 0,
  cookiesReceived: 0,
};

const secondsOf = (before: ListenerLook, look: ListenerLook): number =>
  Math.max(1e-3, (look.atNs - before.atNs) / 1e9);

/** The kernel takes one more than the limit. */
const fillOf = ({ acceptQueue, acceptLimit }: ListenerLook): number => acceptQueue / (acceptLimit + 1);

/**
 * Whether a queue was full between two looks. The socket's count of drops has also each SYN that a client sends again
 * while its handshake is under way, which it does once a second at most.
 */
function wasFull(before: ListenerLook, look: ListenerLook): boolean {
  const again = Math.max(before.synQueue, look.synQueue) * Math.max(1, secondsOf(before, look));
  return look.drops - before.drops > again;
}

function smoothed({ look: before, rates }: ListenerTrend, look: ListenerLook): ListenerRates {
  const seconds = secondsOf(before, look);
  const weight = 1 - Math.exp(-seconds / LIMITS.smoothSeconds);
  const next = (rate: number, more: number) => rate + weight * (more / seconds - rate);
  const cookies = (kind: 'sent' | 'received') =>
    before.cookies && look.cookies ? look.cookies[kind] - before.cookies[kind] : 0;
  const unanswered = look.abandoned - before.abandoned + look.synQueue - before.synQueue;
  return {
    completed: next(rates.completed, look.completed - before.completed),
    accepted: next(rates.accepted, look.accepted - before.accepted),
    unanswered: next(rates.unanswered, unanswered),
    ended: next(rates.ended, look.ended - before.ended),
    silent: next(rates.silent, look.silent - before.silent),
    drops: next(rates.drops, look.drops - before.drops),
    cookiesSent: next(rates.cookiesSent, cookies('sent')),
    cookiesReceived: next(rates.cookiesReceived, cookies('received')),
  };
}

function causeOf(
  before: ListenerLook,
  look: ListenerLook,
  rates: ListenerRates,
  peak: number,
): ListenerCause | null {
  if (isSlow(before, look)) return 'slow accept';
  if (isSynFlood(look, rates)) return 'SYN flood';
  if (isConnectionFlood(rates)) return 'connection flood';
  if (areAnswersLost(look)) return 'answers lost';
  return isBurst(look, rates, peak) ? 'burst' : null;
}

/** The queue is full, and will not be empty within a second: by what was taken out of it since the look before. */
function isSlow(before: ListenerLook, look: ListenerLook): boolean {
  const perSecond = (look.accepted - before.accepted) / secondsOf(before, look);
  return fillOf(look) >= LIMITS.full && look.acceptQueue >= perSecond * LIMITS.acceptSeconds;
}

/** Most of its SYN queue is taken. */
export const isSynQueueHigh = ({ synQueue, synLimit }: ListenerLook): boolean =>
  synLimit > 0 && synQueue >= synLimit * LIMITS.synShare;

/**
 * The part of the handshakes begun that came to their end; null: none began. Cookies are the network namespace's, and
 * count where this listener's queue is why they are sent.
 */
export function completedShare(look: ListenerLook, rates: ListenerRates): number | null {
  const lost = isSynQueueHigh(look) ? Math.max(0, rates.cookiesSent - rates.cookiesReceived) : 0;
  const begun = rates.completed + Math.max(0, rates.unanswered) + lost;
  return begun > 1e-6 ? rates.completed / begun : null;
}

function isSynFlood(look: ListenerLook, rates: ListenerRates): boolean {
  if (!isSynQueueHigh(look)) return false;
  const isOld = look.young < look.synQueue / 2;
  const share = completedShare(look, rates);
  if (!isOld && (share === null || share >= LIMITS.fewCompleted)) return false;
  const missing = rates.unanswered + rates.cookiesSent - rates.cookiesReceived + rates.drops;
  return look.handshakes.networks >= LIMITS.manyNetworks || missing >= LIMITS.floodPerSecond;
}

function isConnectionFlood({ ended, silent }: ListenerRates): boolean {
  return silent >= LIMITS.silentPerSecond && silent >= ended * LIMITS.silentShare;
}

/** Handshakes stand still, all of a few networks, from which no connection comes about. */
function areAnswersLost({ handshakes }: ListenerLook): boolean {
  const { stuck, stuckIn, completedThere } = handshakes;
  const there = stuckIn.reduce((sum, network) => sum + network.handshakes, 0);
  return (
    stuck >= LIMITS.stuckHandshakes &&
    there >= stuck * LIMITS.mostCompleted &&
    completedThere <= stuck * LIMITS.fewCompleted
  );
}

/** More came at once than the queue likes, from clients that are real and speak, and the program takes them. */
function isBurst(look: ListenerLook, rates: ListenerRates, peak: number): boolean {
  const most = Math.max(peak * (look.acceptLimit + 1), isSynQueueHigh(look) ? look.young : 0);
  const isHigh = peak >= LIMITS.burstShare || isSynQueueHigh(look);
  const share = completedShare(look, rates) ?? 0;
  return (
    isHigh &&
    most >= LIMITS.burstConnections &&
    share >= LIMITS.mostCompleted &&
    rates.silent < rates.ended * LIMITS.burstShare + 1
  );
}
