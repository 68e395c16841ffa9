import type { PrefixLengths } from '../../model/network.ts';
import type { View, ViewQuestion } from '../../model/panes.ts';
import type { WireCount } from '../../model/wire.ts';

/** What traffic can be put together by; the first is the one at the start. */
export const TRAFFIC_GROUPINGS = [
  'flow',
  'pair',
  'host',
  'network',
  'port',
  'protocol',
  'interface',
  'process',
] as const;
export type TrafficGrouping = (typeof TRAFFIC_GROUPINGS)[number];

/** What the packets of a row have in common. What the row is not put together by is '' or null. */
export interface TrafficKey {
  /** The end on this machine, or one of two that are not. */
  localAddress: string;
  localPort: number | null;
  remoteAddress: string;
  /** Where ports are put together, that of the server. */
  remotePort: number | null;
  /** As "10.0.0.0/8". */
  network: string | null;
  /** Of IP by name or number; without IP "arp", or the EtherType as "ether-88cc". */
  protocol: string;
  interface: string | null;
  /** Owner of the socket; null: there is none on this machine, or it is not known. */
  pid: number | null;
  process: string | null;
  /** Where rows are processes, why there is none. */
  cause: 'forwarded' | 'unowned' | null;
  netns: number | null;
  netnsName: string | null;
}

/** Packets that have something in common, as devices count them: with link headers. */
export interface TrafficRow extends TrafficKey, WireCount {
  key: string;
  by: TrafficGrouping;
  /** It is the sum of what found no room: it has nothing in common. */
  isOther: boolean;
  /** Neither end is of this machine. */
  isForwarded: boolean;
  /** Flows in it, those that rest too; at each device they count once. */
  flows: number;
  /** Bytes per second over the last tick; null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  /** Packets per second, over the last tick. */
  rxPacketRate: number | null;
  txPacketRate: number | null;
  /** Bytes per second over the last 10 s and 40 s. */
  rxRate10: number | null;
  txRate10: number | null;
  rxRate40: number | null;
  txRate40: number | null;
  /** The highest rate, both ways together, since traffic is put together so. */
  peak: number | null;
  /** Of the busiest row's rate, from 0 to 1; by its logarithm where that is asked for. */
  share: number;
}

export interface TrafficInspection {
  row: TrafficRow;
}

export interface TrafficQuestion extends ViewQuestion {
  /** Of networks; absent: the usual ones. */
  prefixes?: PrefixLengths;
  /** Bars are of logarithms. */
  logScale?: boolean;
}

export interface TrafficView extends View<TrafficRow> {
  /** Bytes per second, received and sent, of all rows; null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  /** Packets that are in no row: the kernel skipped the program, as it ran on that CPU already. */
  notCounted: number;
}

declare module '../../model/panes.ts' {
  interface Panes {
    traffic: PaneTypes<TrafficRow, TrafficInspection, TrafficView, TrafficQuestion>;
  }
}
