/**
 * What a listener was at one moment. Counts are since nettop knows it; of several sockets that listen at one
 * address and port, what came there is counted for all of them together.
 */
export interface ListenerLook {
  /** Monotonic. */
  atNs: number;
  /** Connections that wait for accept(), and the most of them. */
  acceptQueue: number;
  acceptLimit: number;
  /** Handshakes under way, those among them whose answer was sent once so far, and the most of them. */
  synQueue: number;
  young: number;
  synLimit: number;
  /** Connections whose handshake came to its end. */
  completed: number;
  /** Connections that the program took. */
  accepted: number;
  /** Handshakes that were seen in the queue and came to nothing. */
  abandoned: number;
  /** Connections that ended; without one byte received. */
  ended: number;
  silent: number;
  /** What the socket did not take, by its own count. */
  drops: number;
  /** How long the first of the accept queue has waited; null: none waits, or it is not known. */
  longestWaitSeconds: number | null;
  handshakes: HandshakeSources;
  /** Of the whole network namespace; null: not read. */
  cookies: { sent: number; received: number; failed: number } | null;
}

/** Whom handshakes under way are with. */
export interface HandshakeSources {
  /** So many were looked at. */
  looked: number;
  /** Addresses, and networks (/24 of IPv4, /64 of IPv6). */
  sources: number;
  networks: number;
  /** The answer was sent again twice or more: nobody said anything for three seconds. */
  stuck: number;
  /** The networks with most of those, at most FEW_NETWORKS, most first. */
  stuckIn: readonly { network: string; handshakes: number }[];
  /** Connections that came about from those networks since they are such. */
  completedThere: number;
}

/** What is not from more networks than these is from few. */
export const FEW_NETWORKS = 4;
