import type { Books } from '../capture/ledger/books.ts';
import type { NamespaceCounters } from '../capture/ledger/counter-losses.ts';
import type { SynDropEntries } from '../capture/ledger/syn-drops.ts';
import type { FaultSample } from '../capture/records/fault-sample.ts';
import type { KernelPersons } from '../capture/records/kernel-person.ts';
import type { EventSample, LifeSample } from '../capture/records/life-record.ts';
import type { SocketOwner } from '../capture/records/socket-owner.ts';
import type { EventTotals, PointStatus, Refusal } from '../model/model.ts';
import type { Tick } from '../model/source.ts';
import type { AlertFeed } from './alerts/alert-feed.ts';
import type { AlertWatch } from './alerts/alert-watch.ts';
import type { DropFeed } from './drops/drop-feed.ts';
import type { SynFeed } from './listeners/syn-feed.ts';
import type { Begin, Follow } from './requests/exchange-feed.ts';
import type { TextFeed } from './requests/text-feed.ts';
import type { ServiceFeed } from './services/service-feed.ts';
import type { TraceFeed } from './trace/trace-feed.ts';
import type { TrafficFeed } from './traffic/traffic-feed.ts';
import type { WireFeed } from './wire/wire-feed.ts';

/** The lives of open connections, and events as they come. */
export interface LifeFeed {
  /** null: it is closed, older than nettop, or no TCP connection. */
  of(cookie: number): LifeSample | null;
  /** From now on every event is told. */
  start(): void;
  /** No event comes after those that are there. */
  pause(): void;
  /** At most `limit` events, oldest first. */
  drain(visit: (event: EventSample) => void, limit: number): number;
  /** Since events are told; null: they are not. */
  totals(): EventTotals | null;
  /** Calls to send and receive that fail, of sockets without states, from now on; where events are told, none. */
  tellFailedCalls?(visit: (event: EventSample) => void): void;
  /** How many of these found no room. */
  failedCallsLost?(): number;
}

/** Whose fault the retransmits of single connections were. */
export interface FaultEntries {
  /** By the socket's cookie; null: this kernel does not tell. */
  of(cookie: number): FaultSample | null;
}

/**
 * The side that reads the kernel, as the side that makes rows sees it: it fills the books at each tick, tells of packets,
 * drops and frames while they are asked for, and looks up what is shown of single things. The running kernel is one;
 * what was recorded of it is another.
 */
export interface Feed {
  readonly books: Books;
  readonly lives: LifeFeed;
  readonly synDrops: SynDropEntries;
  readonly faults: FaultEntries;
  readonly persons: KernelPersons;
  /** What network namespaces count by themselves. */
  readonly namespaces: NamespaceCounters;
  /** Of a socket's owner, by the socket's cookie; null: it has none. */
  ownerName(cookie: number): string | null;
  /** Whose a socket is, as far as it was learned by now. */
  owner(cookie: number): SocketOwner | null;
  /** Reads all sockets, in parts. */
  tick(tick: Tick): Generator<void>;
  /** Takes in what waits in the rings of sockets. */
  drain(): void;
  /** Functions as they would be watched, while there is no trace. */
  points(): PointStatus[];
  /** null: the kernel refuses it. Each is loaded once. */
  openTrace(): TraceFeed | null;
  openDrops(): DropFeed | null;
  openWire(): WireFeed | null;
  /** `part`: for which of the two; `follow`: how what sockets say is put together. */
  openRequests(part: 'requests' | 'names', follow: Follow): Begin | null;
  /** What was asked before `nowNs` is not timed. */
  openServices(nowNs: number): ServiceFeed | null;
  openTexts(): TextFeed | null;
  openSyns(): SynFeed | null;
  openTraffic(): TrafficFeed | null;
  /** `watch`: what is made of it; of null where nothing is told beside the rest. null: nobody looked for them. */
  openAlerts(watch: (feed: AlertFeed | null) => AlertWatch): AlertWatch | null;
  refused(): Refusal[];
  /** What could not be done, as sentences. */
  warnings(): string[];
  stop(): void;
}
