import type { ListenerLook } from '../../model/listener-look.ts';
import type { ListenerVerdict } from '../../model/listener-verdict.ts';
import type { View } from '../../model/panes.ts';

/** What a network namespace counts of its listeners, since nettop reads it. */
export interface NamespaceListens {
  cookiesSent: number;
  cookiesReceived: number;
  cookiesFailed: number;
  /** SYNs and last steps of handshakes that found an accept queue full. */
  overflows: number;
  /** SYNs that found a SYN queue full and got no cookie. */
  synQueueFull: number;
  /** All that its listeners did not take. */
  drops: number;
  /** Handshakes that the client ended with a reset. */
  resets: number;
}

/** Addresses or networks that sent SYNs to a listener, as the kernel counted them while its SYN queue was high. */
export interface SynSource {
  /** An address, or a network with its length. */
  source: string;
  syns: number;
}

export interface SynSources {
  /** All SYNs that were counted, of however many sources. */
  syns: number;
  /** Most first. */
  addresses: readonly SynSource[];
  networks: readonly SynSource[];
  /** How many different ones were counted one by one, and how many of them sent one SYN. */
  differentAddresses: number;
  onceOnly: number;
  /** SYNs of addresses that found no room. */
  rest: number;
}

/** One socket that listens for TCP connections. What came to its address and port is that of all that listen there. */
export interface ListenerRow {
  key: string;
  /** null: not known. */
  pid: number | null;
  process: string | null;
  user: string | null;
  localAddress: string;
  localPort: number;
  netns: number | null;
  netnsName: string | null;
  /** So many listen at this address and port (SO_REUSEPORT). */
  sockets: number;
  look: ListenerLook;
  /** Since nettop knows it, or the totals began anew. */
  accepted: number;
  completed: number;
  /** Handshakes that were seen in the queue and came to nothing. */
  abandoned: number;
  /** Connections that ended; without one byte received. */
  ended: number;
  silent: number;
  /** At least: those that came and went between two looks are not seen. */
  begun: number;
  drops: number;
  /** null: not looked at for long enough. */
  acceptedPerSecond: number | null;
  completedPerSecond: number | null;
  dropsPerSecond: number | null;
  /** The connection that has waited longest for accept(): its far end; null: none, or not known. */
  longestWaitAddress: string | null;
  longestWaitPort: number | null;
  /** null: not read. */
  namespace: NamespaceListens | null;
  verdict: ListenerVerdict | null;
  /** null: nothing was counted. */
  sources: SynSources | null;
}

export interface ListenerInspection {
  row: ListenerRow;
}

export interface ListenersView extends View<ListenerRow> {
  /** Listeners that have a verdict. */
  troubled: number;
}

declare module '../../model/panes.ts' {
  interface Panes {
    listeners: PaneTypes<ListenerRow, ListenerInspection, ListenersView>;
  }
}
