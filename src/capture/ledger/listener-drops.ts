import type { Words } from '../../abi/layout.ts';
import { formatAddress, isMapped } from '../../filter/address.ts';
import type { SynDrop } from '../../model/model.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { LISTEN, SYN_SENT } from '../records/states.ts';
import type { Closed, Socket } from './socket.ts';

/** Of what one listener lost, and of how many listeners: connections that ended are kept for a minute. */
const KEPT_NS = 120e9;
const LISTENERS = 1024;

/** What a listener dropped by its own count between two looks. Times are monotonic, ns. */
export interface ListenerLoss {
  fromNs: number;
  atNs: number;
  drops: number;
  /** Which of its queues was full at the second look; null: neither, any more. */
  full: 'accept' | 'handshake' | null;
}

export interface Listener {
  socket: Socket;
  /** Since nettop looks, or since it listens. */
  drops: number;
  /** The last ones, oldest first. */
  losses: ListenerLoss[];
}

interface Seen {
  drops: number;
  atNs: number;
}

type Counts = Pick<
  SocketSample,
  'state' | 'openedNs' | 'drops' | 'receiveQueue' | 'sendQueue' | 'handshakes' | 'mini'
>;

/**
 * What listeners drop by their own count (sk_drops). The kernel frees a SYN that it does not take as one that
 * was consumed, so nothing else tells of it.
 */
export class ListenerDrops {
  /** Those that dropped something; the longest ago that began to is forgotten first. */
  readonly found = new Map<number, Listener>();
  private readonly seen = new WeakMap<Socket, Seen>();

  /** Call with every sample of a socket that is new or changed. */
  see(socket: Socket, sample: Counts, atNs: number): void {
    if (sample.state !== LISTEN) return;
    const { drops, openedNs } = sample;
    const before = this.seen.get(socket) ?? { drops: openedNs === 0 ? drops : 0, atNs: openedNs || atNs };
    this.seen.set(socket, { drops, atNs });
    const more = (drops - before.drops) >>> 0; // the kernel's counter has 32 bits
    if (more > 0) this.add(socket, { fromNs: before.atNs, atNs, drops: more, full: fullQueue(sample) });
  }

  private add(socket: Socket, loss: ListenerLoss): void {
    const listener = this.found.get(socket.cookie) ?? { socket, drops: 0, losses: [] };
    if (listener.socket !== socket) Object.assign(listener, { socket, drops: 0, losses: [] });
    this.found.set(socket.cookie, listener);
    listener.drops += loss.drops;
    listener.losses = [...listener.losses.filter(({ atNs }) => loss.atNs - atNs < KEPT_NS), loss];
    evictOldest(this.found, LISTENERS);
  }
}

/**
 * Why a connection was not made, where the listener that it was for dropped SYNs meanwhile and nothing else is
 * known: an inference, as the listener's count does not say whose they were. `hasAddress`: whether a network
 * namespace has the address.
 */
export function dropAtListener(
  listeners: Iterable<Listener>,
  attempt: Socket,
  { oldState, unsent, told, closedNs }: Closed,
  hasAddress: (netns: number, address: string) => boolean,
): SynDrop | null {
  if (oldState !== SYN_SENT || unsent || told.resetBy !== null) return null;
  for (const { socket, losses } of listeners) {
    if (socket.sourcePort !== attempt.destinationPort) continue;
    const during = losses.filter(({ fromNs, atNs }) => fromNs < closedNs && atNs > attempt.openedNs);
    const drops = during.reduce((sum, loss) => sum + loss.drops, 0);
    if (drops === 0 || !isFor(attempt, socket, hasAddress)) continue;
    const reason = nameOf(during.at(-1)?.full ?? null);
    const segments = Math.min(drops, attempt.figures.segmentsSent);
    return { reason, place: null, segments, netns: socket.netns, inferred: true };
  }
  return null;
}

/** Whether the listener has the address that the attempt was for. */
function isFor(
  attempt: Socket,
  listener: Socket,
  hasAddress: (netns: number, address: string) => boolean,
): boolean {
  const { source, destination, netns } = attempt;
  const isHere = listener.netns === netns;
  const own = isLoopback(destination) || sameWords(source, destination); // from an address to itself
  if (own && !isHere) return false;
  if (!isUnspecified(listener.source) && !sameWords(listener.source, destination)) return false;
  return own || hasAddress(listener.netns, formatAddress(destination));
}

const sameWords = (a: Words, b: Words) => a.every((word, index) => word === b[index]);
const isUnspecified = (words: Words) =>
  words[0] === 0 && words[1] === 0 && words[3] === 0 && (words[2] === 0 || isMapped(words));
const isLoopback = (words: Words) =>
  isMapped(words) ? words[3] >>> 24 === 127 : sameWords(words, [0, 0, 0, 1]);

/** By the counter of the kernel that it is in. */
function nameOf(full: ListenerLoss['full']): string {
  if (full === 'accept') return 'ListenOverflows';
  return full === 'handshake' ? 'TCPReqQFullDrop' : 'ListenDrops';
}

/** As sk_acceptq_is_full and inet_csk_reqsk_queue_is_full. */
function fullQueue({ receiveQueue, sendQueue, handshakes }: Counts): ListenerLoss['full'] {
  if (receiveQueue > sendQueue) return 'accept';
  return handshakes >= sendQueue ? 'handshake' : null;
}
