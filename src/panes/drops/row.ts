import type { Finding } from '../../model/drop-cause.ts';
import type { DroppingRule } from '../../model/dropping-rule.ts';
import type { FilterPlace, View } from '../../model/panes.ts';

/** Dropped packets that have reason, place, interface, network namespace and process in common. */
export interface DropRow {
  key: string;
  /** By the kernel's name, of its counter where no packet was freed; null: it does not say. */
  reason: string | null;
  /** function+offset that freed the packets; null: the kernel hides its addresses, or none was freed. */
  place: string | null;
  /** Which of the kernel's counts it is: of packets that it freed, of a listener, or of a network namespace. */
  countedBy: 'packet' | 'socket' | 'namespace';
  /** false: nothing was lost, though the kernel did not do what it does else. */
  isLoss: boolean;
  /** What is known beside the reason; null: nothing. */
  finding: Finding | null;
  /** Of nftables, where netfilter dropped the newest packet; null: not known. */
  rule: DroppingRule | null;
  /** Where the packet was, or where it came in; '' where it never had one. */
  interface: string;
  /** Inode; null: not known. */
  netns: number | null;
  netnsName: string | null;
  /** Owner of the socket; null where there is none, or it is not known. */
  pid: number | null;
  process: string | null;
  /** null: not counted for long enough. */
  perSecond: number | null;
  /** Since counting began, as are bytes. */
  count: number;
  /** null: no packet was freed. */
  bytes: number | null;
  /** Drops per second over the last ticks, oldest first. */
  history: number[];
  /** null: found no room in the kernel, or nothing is known of it. */
  last: DroppedPacket | null;
}

export interface DroppedPacket {
  /** Wall clock, microseconds since the epoch. */
  timeUs: number;
  ageSeconds: number;
  /** As in a packet's row; outside IP arp, or the EtherType as ether-88cc; '' where the IP header is in pages. */
  protocol: string;
  /**
   * '' outside IP and where the header cannot be read, as is the destination. Of what a listener did not take its
   * own address is the destination, and its port; the source is not known.
   */
  source: string;
  destination: string;
  /** null outside TCP and UDP. */
  sourcePort: number | null;
  destinationPort: number | null;
  /** null outside TCP. */
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  /** Of the IP packet; outside IP what is left of the frame. Bytes; null: not known. */
  length: number | null;
}

export interface DropInspection {
  row: DropRow;
  /** The way to the newest drop: function+offset, innermost first; empty where it could not be kept. */
  stack: string[];
}

export interface DropsView extends View<DropRow> {
  /** Since counting began, the filter changed or the totals were reset. */
  sinceSeconds: number;
  /** All drops that the filter lets through in the kernel, over the last tick. */
  perSecond: number | null;
  /** Drops that are in no row: no room in the kernel's map, or skipped as the program ran on that CPU already. */
  lost: number;
  filterPlace: FilterPlace;
}

declare module '../../model/panes.ts' {
  interface Panes {
    drops: PaneTypes<DropRow, DropInspection, DropsView>;
  }
}
