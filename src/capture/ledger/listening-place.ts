import type { Words } from '../../abi/layout.ts';
import { formatAddress, isMapped } from '../../filter/address.ts';
import { FEW_NETWORKS, type HandshakeSources } from '../../model/listener-look.ts';
import type { Socket } from './socket.ts';

/** Handshakes of one place that are followed one by one; more are only counted, by the kernel. */
const FOLLOWED = 4096;
/** Answers that were sent again so often went unanswered for three seconds. */
const STUCK = 2;

/** A handshake under way. */
interface Handshake {
  remote: Words;
  /** How often its answer was due again. */
  timeouts: number;
  /** Number of the last sweep that showed it. */
  sweep: number;
}

/** An address and port at which sockets listen, and what came there since nettop knows it. */
export class ListeningPlace {
  readonly listeners = new Set<Socket>();
  /** Connections whose handshake came to its end. */
  completed = 0;
  /** Those of them that were known before the last sweep: none of them came after its look at the accept queue. */
  completedBefore = 0;
  /** Connections that ended; without one byte received. */
  ended = 0;
  silent = 0;
  /** Handshakes that were seen in the queue and came to nothing. */
  abandoned = 0;
  /** Connections that no process has taken yet. */
  readonly waiting = new Set<Socket>();
  private readonly handshakes = new Map<number, Handshake>();
  /** Of those networks where handshakes are stuck: connections that came about meanwhile. */
  private stuckIn = new Map<string, number>();

  /** It has to be one of an own network namespace, as no other has this port. */
  constructor(
    readonly netns: number,
    readonly address: Words,
  ) {}

  /** A connection that is new: its handshake is over. */
  complete(socket: Socket): void {
    this.completed++;
    this.handshakes.delete(keyOf(socket.destination, socket.destinationPort));
    if (this.stuckIn.size === 0) return;
    const network = networkOf(socket.destination);
    const there = this.stuckIn.get(network);
    if (there !== undefined) this.stuckIn.set(network, there + 1);
  }

  end(socket: Socket): void {
    this.ended++;
    if (socket.rxBytes === 0) this.silent++;
    this.waiting.delete(socket);
  }

  /** `room`: for so many more. True: it took one. */
  shake(remote: Words, port: number, timeouts: number, sweep: number, room: number): boolean {
    const key = keyOf(remote, port);
    const known = this.handshakes.get(key);
    if (known) Object.assign(known, { timeouts, sweep });
    if (known || room <= 0 || this.handshakes.size >= FOLLOWED) return false;
    this.handshakes.set(key, { remote, timeouts, sweep });
    return true;
  }

  /** What the sweep of this number did not show came to nothing. */
  settle(sweep: number): void {
    for (const [key, handshake] of this.handshakes)
      if (handshake.sweep !== sweep) {
        this.handshakes.delete(key);
        this.abandoned++;
      }
  }

  get followed(): number {
    return this.handshakes.size;
  }

  /** Whom its handshakes under way are with. */
  sources(): HandshakeSources {
    if (this.handshakes.size === 0) {
      if (this.stuckIn.size > 0) this.stuckIn.clear();
      return NO_HANDSHAKES;
    }
    const sources = new Set<string>();
    const networks = new Set<string>();
    const stuckBy = new Map<string, number>();
    let stuck = 0;
    for (const { remote, timeouts } of this.handshakes.values()) {
      const network = networkOf(remote);
      sources.add(remote.join());
      networks.add(network);
      if (timeouts < STUCK) continue;
      stuck++;
      stuckBy.set(network, (stuckBy.get(network) ?? 0) + 1);
    }
    const stuckIn = [...stuckBy]
      .map(([network, handshakes]) => ({ network, handshakes }))
      .sort((a, b) => b.handshakes - a.handshakes)
      .slice(0, FEW_NETWORKS);
    this.stuckIn = new Map(stuckIn.map(({ network }) => [network, this.stuckIn.get(network) ?? 0]));
    const completedThere = [...this.stuckIn.values()].reduce((sum, count) => sum + count, 0);
    const looked = this.handshakes.size;
    return { looked, sources: sources.size, networks: networks.size, stuck, stuckIn, completedThere };
  }

  /** The first of those that wait; null: none is known. */
  firstWaiting(): Socket | null {
    let first: Socket | null = null;
    for (const socket of this.waiting) if (!first || cameNs(socket) < cameNs(first)) first = socket;
    return first;
  }
}

/** Monotonic; of what is older than nettop when it was first seen. */
export const cameNs = ({ openedNs, seenNs }: Socket): number => openedNs || seenNs;

const NO_HANDSHAKES: HandshakeSources = {
  looked: 0,
  sources: 0,
  networks: 0,
  stuck: 0,
  stuckIn: [],
  completedThere: 0,
};

/** By port and the last 32 bits of the address: of one place that is enough. */
const keyOf = (remote: Words, port: number): number => port * 2 ** 32 + remote[3];

/** The /24 of an IPv4 address, the /64 of an IPv6 one. */
function networkOf(words: Words): string {
  if (isMapped(words)) return `${formatAddress([words[0], words[1], words[2], (words[3] & ~0xff) >>> 0])}/24`;
  return `${formatAddress([words[0], words[1], 0, 0])}/64`;
}
